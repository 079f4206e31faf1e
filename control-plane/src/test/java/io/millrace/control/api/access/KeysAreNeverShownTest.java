package io.millrace.control.api.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.control.api.QuickWindow;
import io.millrace.control.api.QuickWindow.InternalApi;
import io.millrace.control.security.Roles;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads all that can be read, in every role, after a secret that signs URLs was made, used, and sent where it does not belong. */
@QuarkusTest
@TestProfile(QuickWindow.class)
class KeysAreNeverShownTest {

    private static final String PLANTED = "planted0123456789planted0123456789";

    private static final Map<String, String> THERE =
            Map.of("{name}", "masks", "{key}", "__defaultVhost__/live/show", "{id}", "masked-1");

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Handler log = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.add(line.getMessage() + " " + Arrays.toString(line.getParameters()) + " " + line.getThrown());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private String viewer = "";
    private String operator = "";
    private String admin = "";

    @BeforeEach
    void aKeyIsMadeAndNamed() {
        Logger.getLogger("").addHandler(log);
        viewer = token(Roles.VIEWER);
        operator = token(Roles.OPERATOR);
        admin = token(Roles.ADMIN);
        InternalApi.enrol("masks", "masked-1").statusCode(200);
        change(admin, "{\"name\":\"planted\",\"secret\":\"" + PLANTED + "\"}", 201);
        given().contentType(ContentType.JSON)
                .body("{\"rules\":[{\"name\":\"r\",\"play\":{\"type\":\"signed\",\"keys\":[\"planted\"]}}]}")
                .put("/api/v1/access/rules")
                .then()
                .statusCode(200);
    }

    @AfterEach
    void remove() {
        Logger.getLogger("").removeHandler(log);
        given().contentType(ContentType.JSON).body("{\"rules\":[]}").put("/api/v1/access/rules");
        given().delete("/api/v1/access/keys/planted").then().statusCode(204);
    }

    private static void change(String token, String body, int status) {
        as(token)
                .contentType(ContentType.JSON)
                .body(body)
                .post("/api/v1/access/keys")
                .then()
                .statusCode(status);
    }

    @Test
    void noAnswerNoLogNoAuditAndNoEventHasIt() throws IOException {
        change(admin, "{\"name\":\"planted\",\"secret\":\"" + PLANTED + "\"}", 409);
        change(admin, "{\"name\":\"" + PLANTED + "\"}", 400);
        change(admin, "{\"name\":\"x\",\"secret\":\"" + PLANTED + " \"}", 400);
        change(viewer, "{\"name\":\"x\",\"secret\":\"" + PLANTED + "\"}", 403);
        change("mlr_wrong", "{\"name\":\"x\",\"secret\":\"" + PLANTED + "\"}", 401);
        as(admin).delete("/api/v1/access/keys/" + PLANTED).then().statusCode(404);
        as(viewer).delete("/api/v1/access/keys/" + PLANTED).then().statusCode(403);
        given().contentType(ContentType.JSON)
                .body("{\"rules\":[{\"name\":\"r\",\"play\":{\"type\":\"signed\",\"keys\":[\"" + PLANTED + "\"]}}]}")
                .put("/api/v1/access/rules")
                .then()
                .statusCode(400);
        await().untilAsserted(() -> assertThat(
                        as(admin).get("/api/v1/audit?limit=1000").asString())
                .contains("access-key.make", "access-key.remove"));

        List<String> answered = new ArrayList<>();
        List<String> told = new ArrayList<>();
        int version = given().get("/api/v1/config/versions").path("items[0].version");
        for (String path : readable(version)) {
            for (String token : List.of(viewer, operator, admin, "")) {
                var answer = (token.isEmpty() ? given() : as(token))
                        .urlEncodingEnabled(false)
                        .get(path);
                if (answer.statusCode() == 200) {
                    answered.add(path);
                }
                if (answer.asString().contains(PLANTED)) {
                    told.add(path);
                }
            }
        }
        assertThat(told).isEmpty();
        assertThat(answered)
                .contains(
                        "/api/v1/access/keys",
                        "/api/v1/access/rules",
                        "/api/v1/config",
                        "/api/v1/config/versions/" + version,
                        "/api/v1/routing-table",
                        "/api/v1/audit?limit=1000",
                        "/api/v1/events?limit=1000",
                        InternalApi.management("/q/metrics"));
        assertThat(lines).anyMatch(line -> line.contains("access-key.make"));
        assertThat(lines).noneMatch(line -> line.contains(PLANTED));
    }

    @Test
    void whoHasTheClustersTokenIsToldIt() {
        await().untilAsserted(() -> assertThat(
                        InternalApi.call().get("/internal/v1/routing-table").asString())
                .contains("\"" + PLANTED + "\""));
        for (RequestSpecification other : List.of(given(), as(admin))) {
            var answer = other.get("/internal/v1/routing-table");
            assertThat(answer.statusCode()).isIn(401, 403);
            assertThat(answer.asString()).doesNotContain(PLANTED);
        }
    }

    private static List<String> readable(int version) throws IOException {
        List<String> paths = new ArrayList<>();
        new ObjectMapper()
                .readTree(given().get("/q/openapi?format=json").asString())
                .path("paths")
                .properties()
                .forEach(path -> {
                    if (path.getValue().has("get") && !path.getKey().endsWith("/stream")) {
                        String one = path.getKey().replace("{version}", Integer.toString(version));
                        for (Map.Entry<String, String> there : THERE.entrySet()) {
                            one = one.replace(there.getKey(), there.getValue());
                        }
                        paths.add(one);
                    }
                });
        paths.add("/api/v1/audit?limit=1000");
        paths.add("/api/v1/events?limit=1000");
        paths.add("/api/v1/placement/explain?stream=__defaultVhost__/live/show");
        paths.add("/api/v1/clusters?ip=127.0.0.1&vhost=__defaultVhost__&app=live&stream=show");
        paths.add(InternalApi.management("/q/metrics"));
        paths.add(InternalApi.management("/q/health"));
        return paths;
    }

    private static RequestSpecification as(String secret) {
        return given().header("Authorization", "Bearer " + secret);
    }

    private static String token(String role) {
        return given().contentType(ContentType.JSON)
                .body(Map.of("name", "keys-" + role, "role", role))
                .post("/api/v1/tokens")
                .then()
                .statusCode(201)
                .extract()
                .path("secret");
    }
}
