package io.millrace.control.api.origins;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;

import io.millrace.control.api.QuickWindow.InternalApi;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@TestProfile(OriginCredentialsResourceTest.Closed.class)
class OriginCredentialsResourceTest {

    private static final String PATH = "/api/v1/origin-credentials";
    private static final String STRANGER = "203.0.113.9";

    private record Made(String id, String secret) {}

    private static Made make(String body) {
        var answer = given().contentType("application/json")
                .body(body)
                .post(PATH)
                .then()
                .statusCode(201)
                .header("Cache-Control", "no-store")
                .extract();
        return new Made(answer.path("credential.id"), answer.path("secret"));
    }

    private static RequestSpecification stranger() {
        return given().header("X-Forwarded-For", STRANGER);
    }

    private static ValidatableResponse register(RequestSpecification from, String server, String below) {
        return from.body("{\"ip\":\"10.5.0.1\",\"server\":\"" + server
                        + "\",\"service\":\"s\",\"pid\":\"1\",\"rtmp\":[\"1935\"]}")
                .post("/api/v1/srs/register" + below)
                .then();
    }

    private static ValidatableResponse hook(RequestSpecification from, String server, String below) {
        return from.body("{\"server_id\":\"" + server + "\",\"service_id\":\"s\",\"action\":\"on_publish\","
                        + "\"client_id\":\"c\",\"vhost\":\"__defaultVhost__\",\"app\":\"live\",\"stream\":\"s\"}")
                .post("/api/v1/hooks/srs" + below)
                .then();
    }

    @Test
    void anOriginRegistersByThePathOrAHeaderFromAnywhereAndAsItselfOnly() {
        String secret = make("{\"servers\":\"vid-a*\"}").secret();
        register(stranger(), "vid-a1", "/" + secret).statusCode(200).body("code", equalTo(0));
        register(stranger().header("Authorization", "Bearer " + secret), "vid-a2", "")
                .statusCode(200);
        register(stranger(), "vid-b", "/" + secret)
                .statusCode(403)
                .body("code", equalTo(403))
                .body("field", equalTo("server"));
        register(stranger(), "vid-a1", "").statusCode(401);
        register(given(), "vid-a1", "/" + secret.substring(0, secret.length() - 1) + "_")
                .statusCode(401);
        register(given(), "vid-a1", "/anything").statusCode(401);
        given().get("/api/v1/origins").then().body("items.server", hasItems("vid-a1", "vid-a2"));
    }

    @Test
    void hooksTakeItInPathAndQuery() {
        String secret = make("{\"servers\":\"vid-h\"}").secret();
        hook(stranger(), "vid-h", "/" + secret).statusCode(200).body("code", equalTo(0));
        hook(stranger(), "vid-h", "?token=" + secret).statusCode(200);
        hook(stranger(), "vid-h", "/streams?token=" + secret).statusCode(200);
        hook(stranger(), "vid-other", "/" + secret).statusCode(403).body("field", equalTo("server_id"));
        hook(stranger(), "vid-h", "/streams").statusCode(403).body("field", equalTo("address"));
        hook(given(), "vid-h", "/" + secret + "x").statusCode(401).body("code", equalTo(401));
        hook(given(), "vid-h", "?token=" + secret + "x").statusCode(401);
    }

    @Test
    void boundToANetworkItIsTakenFromThereOnlyAndItsOriginsMayBeThere() {
        String here = make("{\"networks\":\"127.0.0.0/8,203.0.113.0/24\"}").secret();
        register(stranger(), "vid-n", "/" + here).statusCode(200);
        stranger()
                .body(
                        "{\"ip\":\"203.0.113.77\",\"server\":\"vid-n\",\"service\":\"s\",\"pid\":\"1\",\"rtmp\":[\"1935\"]}")
                .post("/api/v1/srs/register/" + here)
                .then()
                .statusCode(200);
        given().header("X-Forwarded-For", "198.51.100.1")
                .body("{}")
                .post("/api/v1/srs/register/" + here)
                .then()
                .statusCode(401);
    }

    @Test
    void revokedItIsWorthNothing() {
        Made made = make("{\"servers\":\"vid-r\"}");
        register(stranger(), "vid-r", "/" + made.secret()).statusCode(200);
        given().delete(PATH + "/" + made.id()).then().statusCode(204);
        register(stranger(), "vid-r", "/" + made.secret()).statusCode(401);
        register(given(), "vid-r", "/" + made.secret()).statusCode(401);
        given().delete(PATH + "/" + made.id()).then().statusCode(404);
        Made expired = make("{\"servers\":\"vid-r\",\"expiresAt\":\"2020-01-01T00:00:00Z\"}");
        register(given(), "vid-r", "/" + expired.secret()).statusCode(401);
    }

    @Test
    void theSecretIsShownOnceAndIsInNoListingAuditOrMetric() {
        Made made = make("{\"servers\":\"vid-s\",\"networks\":\"10.0.0.0/8,203.0.113.0/24,127.0.0.1\"}");
        register(stranger(), "vid-s", "/" + made.secret()).statusCode(200);
        register(stranger(), "vid-other", "/" + made.secret()).statusCode(403);
        register(given(), "vid-s", "/" + made.secret() + "x").statusCode(401);
        given().get("/api/v1/srs/register/" + made.secret()).then().statusCode(405);
        given().post("/api/v1/srs/register/" + made.secret() + "/more").then().body(not(containsString("mlo_")));
        hook(stranger(), "vid-s", "/" + made.secret() + "x").statusCode(401);
        given().delete(PATH + "/" + made.secret()).then().statusCode(404).body(not(containsString("mlo_")));
        given().get(PATH).then().body("items.id", hasItems(made.id())).body(not(containsString("mlo_")));
        given().get("/api/v1/audit").then().body(not(containsString("mlo_")));
        assertThat(given().get(InternalApi.management("/q/metrics")).asString())
                .contains("/api/v1/srs/register")
                .doesNotContain("mlo_")
                .doesNotContain(made.secret().substring(17));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "servers | {}",
                "networks | {\"networks\":\"anywhere\"}",
                "networks | {\"networks\":\"10.0.0.0/33\"}",
                "expiresAt | {\"servers\":\"a\",\"expiresAt\":\"tomorrow\"}"
            })
    void aBodyThatMakesNoSenseIsRefused(String field, String body) {
        given().contentType("application/json")
                .body(body)
                .post(PATH)
                .then()
                .statusCode(400)
                .body("errors.field", hasItems(field));
    }

    @Test
    void onlyAdministratorsMakeThem() {
        stranger().get(PATH).then().statusCode(401);
        stranger().contentType("application/json").body("{}").post(PATH).then().statusCode(401);
    }

    /** Registrations need a token or a credential, hooks an allowed network or a credential. */
    public static final class Closed implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "proxy.http.api.auth.enabled", "on",
                    "proxy.http.api.auth.type", "bearer",
                    "proxy.http.api.auth.token", UUID.randomUUID().toString(),
                    "millrace.data-dir", "target/test-data/" + UUID.randomUUID(),
                    "quarkus.http.test-port", "0",
                    "quarkus.management.test-port", "0");
        }
    }
}
