package io.millrace.control.api.document;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.quarkus.test.junit.callback.QuarkusTestBeforeEachCallback;
import io.quarkus.test.junit.callback.QuarkusTestMethodContext;
import io.restassured.RestAssured;
import io.restassured.filter.Filter;
import io.restassured.filter.FilterContext;
import io.restassured.http.Method;
import io.restassured.response.Response;
import io.restassured.specification.FilterableRequestSpecification;
import io.restassured.specification.FilterableResponseSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Compares each answer of the management API that any test gets with docs/openapi.yaml: the status must be described, and the body must have the members
 * that its schema requires and no others.
 */
public final class DocumentedAnswers implements Filter, QuarkusTestBeforeEachCallback {

    /** What is refused before an operation is reached. */
    private static final Set<Integer> BEFORE_OPERATIONS = Set.of(405, 406, 408, 413, 415, 429, 431, 503);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DocumentedAnswers THIS = new DocumentedAnswers();

    private final JsonNode document = strict(read());
    private final Map<String, JsonSchema> schemas = new ConcurrentHashMap<>();

    @Override
    public void beforeEach(QuarkusTestMethodContext context) {
        if (RestAssured.filters().stream().noneMatch(DocumentedAnswers.class::isInstance)) {
            RestAssured.filters(THIS);
        }
    }

    private static JsonNode read() {
        try {
            return new ObjectMapper(new com.fasterxml.jackson.dataformat.yaml.YAMLFactory())
                    .readTree(Files.readString(Path.of("../docs/openapi.yaml")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Members that are not described are none. */
    private static JsonNode strict(JsonNode document) {
        document.path("components").path("schemas").forEach(schema -> {
            if (schema.has("properties") && !schema.has("additionalProperties")) {
                ((ObjectNode) schema).put("additionalProperties", false);
            }
        });
        return document;
    }

    @Override
    public Response filter(
            FilterableRequestSpecification request, FilterableResponseSpecification wanted, FilterContext context) {
        Response answer = context.next(request, wanted);
        String path = URI.create(request.getURI()).getPath();
        if (path.startsWith("/api/v1/") && !Boolean.getBoolean("millrace.docs.write")) {
            operation(path, request.getMethod()).ifPresent(operation -> check(operation, request, answer));
        }
        return answer;
    }

    private Optional<JsonNode> operation(String path, String method) {
        return document.path("paths").properties().stream()
                .filter(entry -> Pattern.matches(pattern(entry.getKey()), path))
                .min(Comparator.comparingInt(entry -> entry.getKey().length()
                        - entry.getKey().replace("{", "").length()))
                .map(entry -> entry.getValue().path(method.toLowerCase(Locale.ROOT)))
                .filter(operation -> !operation.isMissingNode());
    }

    private static String pattern(String template) {
        return template.replace(".", "\\.").replace("{key}", ".+").replaceAll("\\{[a-z]+}", "[^/]+");
    }

    private void check(JsonNode operation, FilterableRequestSpecification request, Response answer) {
        String asked = request.getMethod() + " " + request.getURI() + " answers " + answer.statusCode();
        JsonNode described = operation.path("responses").path(Integer.toString(answer.statusCode()));
        if (described.isMissingNode()) {
            assertThat(BEFORE_OPERATIONS)
                    .as("%s, which docs/openapi.yaml does not describe: %s", asked, answer.asString())
                    .contains(answer.statusCode());
            return;
        }
        String type = answer.contentType().replaceAll(";.*", "");
        JsonNode schema = described.path("content").path(type).path("schema");
        if (!type.endsWith("json") || request.getMethod().equals(Method.HEAD.name())) {
            return;
        }
        assertThat(schema.isMissingNode())
                .as("%s with %s, which docs/openapi.yaml does not describe", asked, type)
                .isFalse();
        assertThat(schema(schema).validate(parsed(answer)))
                .as("%s, and docs/openapi.yaml says otherwise: %s", asked, answer.asString())
                .isEmpty();
    }

    private JsonSchema schema(JsonNode described) {
        return schemas.computeIfAbsent(described.toString(), text -> {
            ObjectNode root = described.deepCopy();
            root.set("components", document.path("components"));
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(root);
        });
    }

    private static @Nullable JsonNode parsed(Response answer) {
        try {
            return JSON.readTree(answer.asString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
