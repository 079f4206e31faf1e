package io.millrace.control.api.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.control.api.QuickWindow;
import io.millrace.control.api.QuickWindow.InternalApi;
import io.millrace.control.security.Roles;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reads all that a viewer may read, while a client's address and subject are in the sessions, the events and the bans. */
@QuarkusTest
@TestProfile(QuickWindow.class)
class ViewersSeeNoClientAddressTest {

    /** As {@link InternalApi#enrol} reports it. */
    private static final String CLIENT = "203.0.113.7";

    private static final String SUBJECT = "ann@clients.example";

    private static final String OF_SRS_API = "198.51.100.23";

    /** What stands in a path for something that exists. */
    private static final Map<String, String> THERE =
            Map.of("{version}", "1", "{name}", "masks", "{key}", "__defaultVhost__/live/show", "{id}", "masked-1");

    private String viewer = "";
    private String operator = "";

    @BeforeEach
    void somethingHappensToAClient() {
        viewer = token(Roles.VIEWER);
        operator = token(Roles.OPERATOR);
        InternalApi.enrolOf(SUBJECT, "masks", "masked-1", "masked-2").statusCode(200);
        given().delete("/api/v1/sessions/masked-2?worker=masks").then().statusCode(202);
        InternalApi.call()
                .post("/internal/v1/peers/sessions/masked-1/kick?worker=masks&actor=srs-api " + OF_SRS_API)
                .then()
                .statusCode(200);
        given().contentType(ContentType.JSON)
                .body(Map.of("network", CLIENT, "reason", "it was " + CLIENT))
                .post("/api/v1/bans");
        given().contentType(ContentType.JSON).body(Map.of("subject", SUBJECT)).post("/api/v1/bans");
        await().until(() -> given().get("/api/v1/routing-table")
                .<List<String>>path("table.bans.subject")
                .contains(SUBJECT));
    }

    @Test
    void noAnswerToAViewerHasTheAddress() throws IOException {
        List<String> answered = new ArrayList<>();
        List<String> told = new ArrayList<>();
        for (String path : readable()) {
            // A colon in a path is no reason to write it otherwise.
            var answer = as(viewer).urlEncodingEnabled(false).get(path);
            if (answer.statusCode() != 200) {
                continue;
            }
            answered.add(path);
            String body = answer.asString();
            if (body.contains(CLIENT) || body.contains(OF_SRS_API) || body.contains(SUBJECT)) {
                told.add(path);
            }
        }
        assertThat(told).isEmpty();
        assertThat(answered)
                .contains("/api/v1/sessions", "/api/v1/events", "/api/v1/workers/masks", "/api/v1/routing-table");
    }

    @Test
    void aViewerSeesTheNetworkAndAnOperatorTheAddress() {
        as(viewer)
                .get("/api/v1/sessions?worker=masks")
                .then()
                .statusCode(200)
                .body("items[0].clientAddress", equalTo("203.0.113.0/24"))
                .body("items[0].subject", nullValue());
        as(operator)
                .get("/api/v1/sessions?worker=masks")
                .then()
                .statusCode(200)
                .body("items[0].clientAddress", equalTo(CLIENT + ":5"))
                .body("items[0].subject", equalTo(SUBJECT));
        assertThat(as(viewer).get("/api/v1/events?kind=session-kicked").asString())
                .contains("203.0.113.0/24", "198.51.100.0/24");
        assertThat(as(operator).get("/api/v1/events?kind=session-kicked").asString())
                .contains(CLIENT + ":5", OF_SRS_API);
    }

    @Test
    @Timeout(60)
    void theFeedOfEventsMasksAndEndsWithTheToken() throws Exception {
        String id = viewer.substring(4, viewer.indexOf('_', 4));
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> feed = client.send(
                    HttpRequest.newBuilder(InternalApi.uri("/api/v1/events/stream?after=0"))
                            .header("Authorization", "Bearer " + viewer)
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            assertThat(feed.statusCode()).isEqualTo(200);
            given().delete("/api/v1/tokens/" + id).then().statusCode(204);
            // Ends by itself; were it not to, the test's timeout says so.
            String all = new String(feed.body().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(all)
                    .contains("session-kicked", "bans-changed", "203.0.113.0/24")
                    .doesNotContain(CLIENT, OF_SRS_API);
            assertThat(all).containsPattern("event: ?signed-out\ndata: ?\\{}\n\n$");
            as(viewer).get("/api/v1/events").then().statusCode(401);
        }
    }

    private static List<String> readable() throws IOException {
        List<String> paths = new ArrayList<>();
        new ObjectMapper()
                .readTree(given().get("/q/openapi?format=json").asString())
                .path("paths")
                .properties()
                .forEach(path -> {
                    if (path.getValue().has("get") && !path.getKey().endsWith("/stream")) {
                        String one = path.getKey();
                        for (Map.Entry<String, String> there : THERE.entrySet()) {
                            one = one.replace(there.getKey(), there.getValue());
                        }
                        paths.add(one);
                    }
                });
        paths.add("/api/v1/placement/explain?stream=__defaultVhost__/live/show");
        return paths;
    }

    private static RequestSpecification as(String secret) {
        return given().header("Authorization", "Bearer " + secret);
    }

    private static String token(String role) {
        return given().contentType(ContentType.JSON)
                .body(Map.of("name", "masks-" + role, "role", role))
                .post("/api/v1/tokens")
                .then()
                .statusCode(201)
                .extract()
                .path("secret");
    }
}
