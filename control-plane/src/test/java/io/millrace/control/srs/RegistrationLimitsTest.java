package io.millrace.control.srs;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.control.registry.OriginRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(RegistrationLimitsTest.Narrow.class)
class RegistrationLimitsTest {

    private static final int MAX_ORIGINS = 3;
    private static final int BURST = 20;

    @Inject
    OriginRegistry registry;

    @Inject
    MeterRegistry metrics;

    /** One test, since there is one limiter. */
    @Test
    void registrationsAreRefusedWithTheReasonInSrssWords() {
        post("a", "10.0.0.1", "203.0.113.66:1935")
                .statusCode(400)
                .body("code", equalTo(400))
                .body("field", equalTo("rtmp"))
                .body("message", containsString("MILLRACE_REGISTRATION_ENDPOINT_NETWORKS"));
        post("a", "10.0.0.1", "198.51.100.9:1935").statusCode(200).body("code", equalTo(0));
        post("b", "10.0.0.1", "0.0.0.0:1935").statusCode(200);
        post("c", "10.0.0.1", "10.0.0.1:1935").statusCode(200);
        post("d", "10.0.0.1", "1935")
                .statusCode(503)
                .body("code", equalTo(503))
                .body("field", equalTo("server"))
                .body("message", containsString("MILLRACE_REGISTRATION_MAX_ORIGINS"));
        assertThat(registry.all()).hasSize(MAX_ORIGINS);

        int refused = 0;
        for (int i = 0; i < 3 * BURST; i++) {
            ValidatableResponse answer = post("a", "10.0.0.1", "1935");
            if (answer.extract().statusCode() != 200) {
                answer.statusCode(429)
                        .header("Retry-After", "1")
                        .body("code", equalTo(429))
                        .body("message", containsString("MILLRACE_REGISTRATION_PER_SECOND"));
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(BURST);
    }

    @Test
    void strangersNeitherRegisterNorCallHooks() {
        for (String header : List.of("X-Forwarded-For", "X-Real-IP", "Forwarded")) {
            given().header(header, "10.0.0.7, 203.0.113.9")
                    .body("{}")
                    .post("/api/v1/srs/register")
                    .then()
                    .statusCode(403)
                    .body("code", equalTo(403))
                    .body("field", equalTo("address"))
                    .body("message", containsString("MILLRACE_REGISTRATION_NETWORKS"));
            given().header(header, "203.0.113.9")
                    .post("/api/v1/hooks/srs/streams")
                    .then()
                    .statusCode(403)
                    .body("code", equalTo(403))
                    .body("message", containsString("MILLRACE_REGISTRATION_NETWORKS"));
        }
        assertThat(metrics.get("millrace.registrations.refused")
                        .tag("reason", "network")
                        .counter()
                        .count())
                .isEqualTo(3);
        assertThat(metrics.get("millrace.hooks")
                        .tag("outcome", "network")
                        .counter()
                        .count())
                .isEqualTo(3);
        post("metadata", "169.254.169.254", "1935")
                .statusCode(400)
                .body("field", equalTo("ip"))
                .body("message", containsString("MILLRACE_REGISTRATION_NETWORKS"));
    }

    private static ValidatableResponse post(String server, String ip, String rtmp) {
        return given().contentType("application/json")
                .body("{\"ip\":\"%s\",\"server\":\"%s\",\"service\":\"s\",\"pid\":\"1\",\"rtmp\":[\"%s\"]}"
                        .formatted(ip, server, rtmp)
                        .getBytes(StandardCharsets.UTF_8))
                .when()
                .post("/api/v1/srs/register")
                .then();
    }

    /** Little room, and one network. */
    public static final class Narrow implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "millrace.registration.endpoint-networks", "198.51.100.0/24",
                    "millrace.registration.max-origins", Integer.toString(MAX_ORIGINS),
                    "millrace.registration.per-second", "1",
                    "millrace.registration.burst", Integer.toString(BURST),
                    "millrace.data-dir", "target/test-data/" + UUID.randomUUID(),
                    "quarkus.http.test-port", "0",
                    "quarkus.management.test-port", "0");
        }
    }
}
