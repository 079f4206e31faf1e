package io.millrace.control.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every operation of the management API refuses what it does not know; SRS and identity providers may send more. */
@QuarkusTest
@TestProfile(QuickWindow.class)
class UnknownParametersTest {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");

    private record Operation(String method, String path, JsonNode document) {

        Response call(String query) {
            String url = path.replaceAll("\\{[^}]*}", "x") + "?" + query;
            return given().contentType(ContentType.JSON)
                    .body(method.equals("get") ? "" : "{}")
                    .urlEncodingEnabled(false)
                    .request(method, url);
        }
    }

    private static List<Operation> managementOperations() throws IOException {
        List<Operation> found = new ArrayList<>();
        YAML.readTree(Files.readString(Path.of("../docs/openapi.yaml")))
                .get("paths")
                .properties()
                .forEach(path -> path.getValue().properties().stream()
                        .filter(method -> METHODS.contains(method.getKey()))
                        .filter(method -> path.getKey().startsWith("/api/v1/"))
                        .filter(method -> !path.getKey().startsWith("/api/v1/srs/")
                                && !path.getKey().startsWith("/api/v1/hooks/")
                                && !path.getKey().equals("/api/v1/login/oidc"))
                        .forEach(
                                method -> found.add(new Operation(method.getKey(), path.getKey(), method.getValue()))));
        return found;
    }

    @Test
    void everyOperationRefusesAParameterThatItDoesNotKnow() throws IOException {
        List<Operation> operations = managementOperations();
        assertThat(operations).hasSizeGreaterThan(40);
        assertThat(operations).allSatisfy(operation -> {
            Response answer = operation.call("nosuchparameter=1");
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.jsonPath().getString("code")).isEqualTo("unknown-parameter");
            assertThat(answer.jsonPath().getString("field")).isEqualTo("nosuchparameter");
        });
    }

    @Test
    void everyParameterOfTheDocumentIsKnownAndASingleOneIsTakenOnce() throws IOException {
        int checked = 0;
        for (Operation operation : managementOperations()) {
            for (JsonNode parameter : operation.document().path("parameters")) {
                String name = parameter.path("name").asText();
                if (!parameter.path("in").asText().equals("query")
                        || parameter.at("/schema/type").asText().equals("array")) {
                    continue;
                }
                checked++;
                Response answer = operation.call(name + "=1&" + name + "=2");
                assertThat(answer.statusCode()).isEqualTo(400);
                assertThat(answer.jsonPath().getString("code"))
                        .as("%s of %s %s", name, operation.method(), operation.path())
                        .isEqualTo("repeated-parameter");
            }
        }
        assertThat(checked).isGreaterThan(30);
    }

    @Test
    void theNearestParameterIsNamed() {
        given().get("/api/v1/streams?vhsot=x")
                .then()
                .statusCode(400)
                .contentType(containsString("application/problem+json"))
                .body("detail", containsString("did you mean vhost? allowed are"));
        given().get("/api/v1/routing-table?x=1").then().body("detail", containsString("it takes none"));
    }

    @Test
    void whatIsNoTypingErrorGetsNoSuggestionAndIsCutShort() {
        given().get("/api/v1/streams?" + "z".repeat(2_000) + "=x")
                .then()
                .statusCode(400)
                .body("field", equalTo("z".repeat(64)))
                .body("detail", not(containsString("did you mean")));
    }

    @Test
    void aParameterThatMayBeGivenSeveralTimesIs() {
        given().urlEncodingEnabled(false)
                .get("/api/v1/origins?label=a%3Db&label=c%3Dd")
                .then()
                .statusCode(200);
    }

    @Test
    void anIdentityProviderMaySendWhatNobodyKnows() {
        given().get("/api/v1/login/oidc?session_state=1").then().statusCode(404);
    }

    @Test
    void srsMaySendWhatNobodyKnows() {
        given().contentType(ContentType.JSON)
                .body("{}")
                .post("/api/v1/srs/register?nosuchparameter=1")
                .then()
                .body("code", not(equalTo("unknown-parameter")));
    }
}
