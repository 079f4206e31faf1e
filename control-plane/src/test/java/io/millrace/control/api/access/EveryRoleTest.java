package io.millrace.control.api.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.control.security.Roles;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Calls every operation of the API document in each role. */
@QuarkusTest
@TestProfile(ManyRefusals.class)
class EveryRoleTest {

    private static final List<String> ROLES = List.of(Roles.VIEWER, Roles.OPERATOR, Roles.ADMIN, Roles.EXPORTER);

    /** Guarded by what they are themselves. */
    private static final Set<String> WITHOUT_ROLE = Set.of(
            "POST /api/v1/srs/register",
            "POST /api/v1/srs/register/{credential}",
            "POST /api/v1/hooks/srs",
            "POST /api/v1/login",
            "GET /api/v1/login/oidc",
            "POST /api/v1/logout");

    private record Operation(String method, String path, Set<String> roles) {

        /** Nothing that exists, and no body: who may call it is told what is wrong. From another machine, of a network whose origins may register. */
        int call(String credential) {
            return given().urlEncodingEnabled(false)
                    .header("X-Forwarded-For", "10.1.2.3")
                    .headers(credential.isEmpty() ? Map.of() : Map.of("Authorization", "Bearer " + credential))
                    .contentType(ContentType.JSON)
                    .request(method, path.replaceAll("\\{[^}]*\\}", "none"))
                    .statusCode();
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private static final List<String> OF_ORIGINS = List.of("/api/v1/srs/register", "/api/v1/hooks/");

    @Test
    void eachOperationIsAnsweredToTheRolesOfTheDocumentAndToNoOther() throws IOException {
        Map<String, String> credentials = ROLES.stream().collect(Collectors.toMap(role -> role, EveryRoleTest::token));
        List<String> wrong = new ArrayList<>();
        List<Operation> operations = operations();
        for (Operation operation : operations) {
            // Events would not end; what origins send has guards of its own, see OriginSenders.
            if (operation.path().endsWith("/stream") || OF_ORIGINS.stream().anyMatch(operation.path()::startsWith)) {
                continue;
            }
            expect(operation, "nobody", operation.call(""), operation.roles().isEmpty() ? 0 : 401, wrong);
            credentials.forEach((role, credential) -> {
                boolean allowed = operation.roles().isEmpty()
                        || operation.roles().stream()
                                .anyMatch(needed -> Roles.including(role).contains(needed));
                expect(operation, role, operation.call(credential), allowed ? 0 : 403, wrong);
            });
        }
        assertThat(wrong).isEmpty();
        assertThat(operations).hasSizeGreaterThan(25);
        assertThat(operations.stream()
                        .filter(operation -> operation.roles().isEmpty())
                        .map(Operation::toString))
                .containsExactlyInAnyOrderElementsOf(WITHOUT_ROLE);
    }

    /** @param wanted 0 for anything but a refusal */
    private static void expect(Operation operation, String who, int status, int wanted, List<String> wrong) {
        boolean refused = status == 401 || status == 403;
        if (wanted == 0 ? refused : status != wanted) {
            wrong.add(operation + " for " + who + " answers " + status);
        }
    }

    private static String token(String role) {
        return given().contentType(ContentType.JSON)
                .body(Map.of("name", "walker-" + role, "role", role))
                .post("/api/v1/tokens")
                .then()
                .statusCode(201)
                .extract()
                .path("secret");
    }

    private static List<Operation> operations() throws IOException {
        JsonNode document = new ObjectMapper()
                .readTree(given().get("/q/openapi?format=json").asString());
        return document.path("paths").properties().stream()
                .flatMap(path -> path.getValue().properties().stream()
                        .filter(method -> method.getValue().has("responses"))
                        .map(method -> new Operation(
                                method.getKey().toUpperCase(java.util.Locale.ROOT),
                                path.getKey(),
                                roles(method.getValue()))))
                .toList();
    }

    private static Set<String> roles(JsonNode operation) {
        return StreamSupport.stream(operation.path("security").spliterator(), false)
                .flatMap(requirement ->
                        StreamSupport.stream(requirement.path("token").spliterator(), false))
                .map(JsonNode::asText)
                .collect(Collectors.toSet());
    }
}
