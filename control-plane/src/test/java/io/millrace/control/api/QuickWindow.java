package io.millrace.control.api;

import static io.restassured.RestAssured.given;

import io.quarkus.test.junit.QuarkusTestProfile;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.ConfigProvider;

/** A control plane that publishes almost at once, and how its tests speak to it. */
public class QuickWindow implements QuarkusTestProfile {

    public static final String TOKEN = "0123456789abcdef-token-of-the-tests";

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "millrace.rebuild-window", "300ms",
                "millrace.cluster-token", TOKEN,
                "millrace.hooks-token", "hooks-of-the-tests",
                "millrace.events.heartbeat", "200ms",
                // 192.0.2.0/24 is where the SRS was that sent the heartbeat of the tests.
                "millrace.registration.networks", "127.0.0.0/8,::1,10.0.0.0/8,fc00::/7,192.0.2.0/24",
                "millrace.data-dir", "target/test-data/" + UUID.randomUUID(),
                "quarkus.http.test-port", "0",
                "quarkus.management.test-port", "0");
    }

    /** Calls as a worker makes them. */
    public static final class InternalApi {

        private InternalApi() {}

        public static RequestSpecification call() {
            return given().header("Authorization", "Bearer " + TOKEN).contentType(ContentType.JSON);
        }

        public static ValidatableResponse enrol(String worker, String... sessions) {
            return enrolWith("", worker, sessions);
        }

        /** @param subject whom the credentials of the sessions name */
        public static ValidatableResponse enrolOf(String subject, String worker, String... sessions) {
            return enrolWith("\"subject\":\"" + subject + "\",", worker, sessions);
        }

        private static ValidatableResponse enrolWith(String member, String worker, String... sessions) {
            String list =
                    Arrays.stream(sessions).map(id -> """
                            {"id":"%s",%s"protocol":"rtmp","intent":"play","stream":"__defaultVhost__/live/show",
                             "origin":"o-1","clientAddress":"203.0.113.7:5","startedAt":"2026-01-01T00:00:00Z"}
                            """.formatted(id, member)).collect(Collectors.joining(","));
            return call().body("""
                            {"worker":"%s","instance":"i1","version":"1","zone":"","startedAt":"2026-01-01T00:00:00Z",
                             "listeners":{"rtmp":"127.0.0.1:11935"},"management":"127.0.0.1:9001","sessions":[%s]}
                            """.formatted(worker, list))
                    .put("/internal/v1/workers/" + worker)
                    .then();
        }

        public static URI uri(String path) {
            return URI.create(RestAssured.baseURI + ":" + RestAssured.port + path);
        }

        public static String management(String path) {
            var config = ConfigProvider.getConfig();
            int port = config.getOptionalValue("quarkus.management.port", Integer.class)
                    .filter(known -> known > 0)
                    .orElseGet(() -> config.getValue("quarkus.management.test-port", Integer.class));
            return "http://127.0.0.1:" + port + path;
        }
    }
}
