package io.millrace.control.api.access;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.millrace.control.api.QuickWindow;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Without a log-in: management for this machine, and for tokens from everywhere. */
@QuarkusTest
@TestProfile(QuickWindow.class)
class AccessTest {

    private static final String TOKENS = "/api/v1/tokens";

    @Test
    void thisMachineNeedsNoLogIn() {
        given().get("/api/v1/me")
                .then()
                .statusCode(200)
                .body("name", equalTo("operator"))
                .body("credential", equalTo("this machine"))
                .body("roles", hasItems("viewer", "operator", "admin"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"})
    void whatAProxyPassedOnIsNotFromThisMachine(String header) {
        given().header(header, "127.0.0.1")
                .get("/api/v1/origins")
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", containsString("Bearer"))
                .contentType("application/problem+json")
                .body("code", equalTo("not-logged-in"))
                .body("detail", containsString("this machine"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"rebound.example", "rebound.example:12025", "192.0.2.1", "127.0.0.1.rebound.example", "[::2]:1"})
    void anotherNameThatLeadsHereIsNotThisMachine(String host) {
        given().header("Host", host).get("/api/v1/origins").then().statusCode(401);
        given().header("Host", host)
                .delete("/api/v1/origins/o-0123456789ab")
                .then()
                .statusCode(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:12025", "127.0.0.1:1", "127.8.9.1", "[::1]", "[::1]:12025"})
    void everyNameOfTheLoopbackIsThisMachine(String host) {
        given().header("Host", host).get("/api/v1/me").then().statusCode(200);
    }

    @Test
    void registrationHooksAndVersionAskForNoLogIn() {
        given().header("Via", "1.1 proxy").get("/api/v1/versions").then().statusCode(200);
        given().header("Via", "1.1 proxy")
                .body("{}")
                .post("/api/v1/srs/register")
                .then()
                .statusCode(400)
                .body("field", equalTo("ip"));
        given().header("Via", "1.1 proxy")
                .body("{}")
                .post("/api/v1/hooks/srs?token=hooks-of-the-tests")
                .then()
                .statusCode(not(401));
    }

    @Test
    void aTokenIsShownOnceAndGivesItsRoleFromEverywhere() {
        String secret = make("viewer").extract().path("secret");
        with(secret).get("/api/v1/me").then().statusCode(200).body("name", equalTo("script"));
        with(secret).get("/api/v1/origins").then().statusCode(200);
        with(secret)
                .delete("/api/v1/streams/a/b/c")
                .then()
                .statusCode(403)
                .body("code", equalTo("role-missing"))
                .body("detail", containsString("operator"));
        with(secret).get(TOKENS).then().statusCode(403).body("detail", containsString("admin"));
        given().get(TOKENS)
                .then()
                .statusCode(200)
                .body("items.name", hasItem("script"))
                .body("items[0].secret", nullValue());
    }

    @Test
    void anOperatorActsAndDoesNotConfigure() {
        String secret = make("operator").extract().path("secret");
        with(secret).delete("/api/v1/streams/v/app/none").then().statusCode(404);
        with(secret)
                .contentType("application/json")
                .body("{\"vhosts\":[]}")
                .put("/api/v1/vhosts")
                .then()
                .statusCode(403);
    }

    @Test
    void anExporterReadsNothingHere() {
        String secret = make("exporter").extract().path("secret");
        with(secret).get("/api/v1/origins").then().statusCode(403);
    }

    @Test
    void aRevokedTokenIsRefusedAlsoOnThisMachine() {
        ValidatableResponse made = make("admin");
        String secret = made.extract().path("secret");
        String id = made.extract().path("token.id");
        given().header("Authorization", "Bearer " + secret)
                .get("/api/v1/me")
                .then()
                .statusCode(200);
        given().delete(TOKENS + "/" + id).then().statusCode(204);
        given().delete(TOKENS + "/" + id).then().statusCode(404);
        given().header("Authorization", "Bearer " + secret)
                .get("/api/v1/me")
                .then()
                .statusCode(401)
                .body("code", equalTo("credential-invalid"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer x", "Bearer ", "Basic YWRtaW46YWRtaW4=", "x", "Bearer mlr_000000000000_0000"})
    void aWrongCredentialIsRefusedAlsoOnThisMachine(String authorization) {
        given().header("Authorization", authorization).get("/api/v1/me").then().statusCode(401);
    }

    @Test
    void allThatIsWrongWithAWantedTokenIsSaidAtOnce() {
        given().contentType("application/json")
                .body(Map.of("name", "", "role", "root", "expiresAt", "tomorrow"))
                .post(TOKENS)
                .then()
                .statusCode(400)
                .body("errors.field", equalTo(java.util.List.of("name", "role", "expiresAt")));
    }

    private static ValidatableResponse make(String role) {
        return given().contentType("application/json")
                .body(Map.of("name", "script", "role", role))
                .post(TOKENS)
                .then()
                .statusCode(201)
                .header("Cache-Control", "no-store");
    }

    /** As if through a proxy, from elsewhere. */
    private static io.restassured.specification.RequestSpecification with(String secret) {
        return given().header("Authorization", "Bearer " + secret).header("X-Forwarded-For", "203.0.113.7");
    }
}
