package io.millrace.control.api.document;

import io.millrace.control.api.Problem;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.headers.Header;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;
import org.jboss.jandex.IndexView;

/** Adds what holds for all operations and schemas: names, problems, headers, and which members are always there. */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class DocumentFilter implements OASFilter {

    private static final String PROBLEM = "#/components/schemas/Problem";
    private static final Map<String, String> REFUSALS = Map.of(
            "401", "Nothing valid shows who makes the request",
            "403", "The role of who makes the request does not allow it");
    private static final Set<String> SOON = Set.of("429", "503");

    private final RecordMembers members;

    /** @param index of all classes; given by the build */
    public DocumentFilter(IndexView index) {
        members = new RecordMembers(index);
    }

    @Override
    public void filterOpenAPI(OpenAPI document) {
        List<String> wrong = document.getComponents().getSchemas().entrySet().stream()
                .flatMap(named -> members.require(named.getKey(), named.getValue()).stream())
                .toList();
        if (!wrong.isEmpty()) {
            throw new IllegalStateException(String.join("; ", wrong));
        }
        document.getPaths().getPathItems().forEach(DocumentFilter::describe);
    }

    private static void describe(String path, PathItem item) {
        item.getOperations().forEach((method, operation) -> {
            operation.setOperationId(OperationNames.of(operation.getOperationId()));
            APIResponses responses = operation.getResponses();
            if (!isOfSrs(path) && !responses.hasAPIResponse("400")) {
                responses.addAPIResponse(
                        "400", OASFactory.createAPIResponse().description("Something in the request is wrong"));
            }
            responses.getAPIResponses().forEach((status, response) -> {
                if (status.startsWith("4") || status.startsWith("5")) {
                    describeRefusal(status, response);
                    if (response.getContent() == null) {
                        // SRS reads the same members whatever the answer is.
                        response.setContent(
                                isOfSrs(path) ? responses.getAPIResponse("200").getContent() : problem());
                    }
                }
            });
            if (responses.hasAPIResponse("201")) {
                header(
                        responses.getAPIResponse("201"),
                        HttpHeaders.LOCATION,
                        "Where it is found",
                        Schema.SchemaType.STRING);
            }
        });
        if (item.getPUT() != null && item.getGET() != null && isConditional(item.getPUT())) {
            List.of(item.getGET(), item.getPUT())
                    .forEach(operation -> header(
                            operation.getResponses().getAPIResponse("200"),
                            HttpHeaders.ETAG,
                            "What a PUT sends back as If-Match",
                            Schema.SchemaType.STRING));
        }
    }

    private static boolean isConditional(Operation operation) {
        return operation.getParameters() != null
                && operation.getParameters().stream()
                        .anyMatch(parameter -> parameter.getIn() == Parameter.In.HEADER
                                && HttpHeaders.IF_MATCH.equals(parameter.getName()));
    }

    private static void describeRefusal(String status, APIResponse response) {
        if (REFUSALS.containsKey(status) && response.getDescription().startsWith("Not A")) {
            response.setDescription(REFUSALS.get(status));
        }
        if (SOON.contains(status)) {
            header(response, HttpHeaders.RETRY_AFTER, "Seconds after which to try again", Schema.SchemaType.INTEGER);
        }
    }

    private static Content problem() {
        return OASFactory.createContent()
                .addMediaType(
                        Problem.MEDIA_TYPE,
                        OASFactory.createMediaType()
                                .schema(OASFactory.createSchema().ref(PROBLEM)));
    }

    /** What is answered in SRS's way. */
    private static boolean isOfSrs(String path) {
        return path.startsWith("/api/v1/srs/") || path.startsWith("/api/v1/hooks/");
    }

    private static void header(APIResponse response, String name, String description, Schema.SchemaType type) {
        Header header = OASFactory.createHeader()
                .description(description)
                .schema(OASFactory.createSchema().type(List.of(type)));
        response.addHeader(name, header);
    }
}
