package io.millrace.control.api.document;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.millrace.control.api.QuickWindow;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Keeps docs/openapi.yaml equal to what a running control plane says at /q/openapi. */
@QuarkusTest
@TestProfile(QuickWindow.class)
class OpenApiDocumentTest {

    private static final Path PAGE = Path.of("../docs/openapi.yaml");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    @Test
    void pageIsWhatTheControlPlaneSays() throws IOException {
        ObjectNode said =
                (ObjectNode) YAML.readTree(given().get("/q/openapi?format=yaml").asString());
        // Where a test happens to listen.
        said.remove("servers");
        if (Boolean.getBoolean("millrace.docs.write")) {
            Files.writeString(PAGE, YAML.writeValueAsString(said));
        } else {
            JsonNode written = YAML.readTree(Files.readString(PAGE));
            assertThat(written)
                    .as("docs/openapi.yaml; -Dmillrace.docs.write=true writes it anew")
                    .isEqualTo(said);
        }
    }

    @Test
    void generatedClientsFindWhatTheyNeedInEachOperation() throws IOException {
        List<String> wrong = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        YAML.readTree(Files.readString(PAGE))
                .path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(method -> {
                    String name = method.getKey() + " " + path.getKey();
                    JsonNode operation = method.getValue();
                    if (!ids.add(operation.path("operationId").asText())) {
                        wrong.add(name + " has no operationId of its own");
                    }
                    if (operation.path("responses").properties().stream()
                            .noneMatch(response -> response.getKey().startsWith("2"))) {
                        wrong.add(name + " describes no success");
                    }
                    operation.path("responses").properties().forEach(response -> {
                        if (response.getValue().path("description").asText().isEmpty()) {
                            wrong.add(name + " does not say what " + response.getKey() + " means");
                        }
                        if (isRefusal(response.getKey())
                                && !isOfSrs(path.getKey())
                                && !isProblem(response.getValue())) {
                            wrong.add(name + " answers no problem with " + response.getKey());
                        }
                    });
                    operation.path("requestBody").path("content").properties().forEach(body -> {
                        if (body.getValue().path("schema").isEmpty()) {
                            wrong.add(name + " takes a body without a schema");
                        }
                    });
                }));
        assertThat(wrong).isEmpty();
        assertThat(ids).hasSizeGreaterThan(40);
    }

    private static boolean isRefusal(String status) {
        return status.startsWith("4") || status.startsWith("5");
    }

    private static boolean isOfSrs(String path) {
        return path.startsWith("/api/v1/srs/") || path.startsWith("/api/v1/hooks/");
    }

    private static boolean isProblem(JsonNode response) {
        return response.path("content").path("application/problem+json").has("schema");
    }
}
