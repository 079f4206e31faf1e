package io.millrace.control.api.origins;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.millrace.control.api.AnsweringOrigin;
import io.millrace.control.api.Problem;
import io.millrace.control.api.QuickWindow;
import io.millrace.control.registry.OriginRegistry;
import io.millrace.control.registry.origin.Registration;
import io.millrace.model.Endpoint;
import io.millrace.model.Incarnation;
import io.millrace.model.Listener;
import io.millrace.model.OriginId;
import io.millrace.model.OriginKind;
import io.millrace.model.Transport;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@TestProfile(QuickWindow.class)
class OriginsResourceTest {

    private static final String PATH = "/api/v1/origins";

    @Inject
    OriginRegistry registry;

    @Test
    void showsWhatRegistered() {
        OriginId id = beat("shown", Map.of("disk", "fast"));
        given().when()
                .get(PATH + "/" + id)
                .then()
                .statusCode(200)
                .body("id", equalTo(id.value()))
                .body("server", equalTo("shown"))
                .body("endpoints.rtmp", equalTo(List.of("tcp://10.2.0.1:1935")))
                .body("incarnation.service", equalTo("s"))
                .body("state", equalTo("up"))
                .body("admission", equalTo("open"))
                .body("source", equalTo("heartbeat"))
                .body("stateReason", equalTo("it registered"))
                .body("lastBeat", containsString("T"))
                .body("load.sessions", nullValue());
    }

    @Test
    void listsPageByPageAndFilters() {
        for (int i = 0; i < 5; i++) {
            beat("paged" + i, Map.of("page", "yes"));
        }
        List<String> seen = new ArrayList<>();
        String after = null;
        do {
            var request = given().queryParam("label", "page=yes").queryParam("limit", 2);
            var page = (after == null ? request : request.queryParam("after", after))
                    .when()
                    .get(PATH)
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            seen.addAll(page.getList("items.id", String.class));
            after = page.getString("next");
        } while (after != null);
        assertThat(seen).hasSize(5).doesNotHaveDuplicates().isSorted();
        given().queryParam("state", "up")
                .queryParam("admission", "open")
                .when()
                .get(PATH)
                .then()
                .statusCode(200)
                .body("items.id", hasItems(seen.toArray()))
                .body("items.state", everyItem(equalTo("up")));
        given().queryParam("label", "page=no").when().get(PATH).then().body("items", equalTo(List.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "state,asleep",
        "admission,closed",
        "label,disk",
        "limit,0",
        "limit,1001",
        "limit,many",
    })
    void refusesABadQueryAndNamesTheField(String field, String value) {
        problem(given().queryParam(field, value).when().get(PATH).then(), 400, field);
    }

    @Test
    void addsProbesAndDeletesAStaticOrigin() {
        try (AnsweringOrigin listening = new AnsweringOrigin()) {
            String body =
                    "{\"server\":\"nginx-a\",\"ip\":\"127.0.0.1\",\"kind\":\"nginx-rtmp\",\"zone\":\"a\",\"weight\":50,"
                            + "\"endpoints\":{\"rtmp\":[\"" + listening.port() + "\"],\"http\":\"8080\"}}";
            String id = post(body)
                    .statusCode(201)
                    .body("source", equalTo("static"))
                    .body("kind", equalTo("nginx-rtmp"))
                    .body("endpoints.http", equalTo(List.of("tcp://127.0.0.1:8080")))
                    .body("weight", equalTo(50))
                    .header("Location", containsString(PATH + "/o-"))
                    .extract()
                    .path("id");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> "up".equals(given().when().get(PATH + "/" + id).path("state")));
            problem(post(body), 409, null);
            given().when().delete(PATH + "/" + id).then().statusCode(204);
            problem(given().when().get(PATH + "/" + id).then(), 404, null);
            problem(given().when().delete(PATH + "/" + id).then(), 404, null);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "body | {",
                "body | [1]",
                "ip | {}",
                "ip | {\"ip\":7}",
                "endpoints | {\"ip\":\"10.0.0.1\"}",
                "endpoints | {\"ip\":\"10.0.0.1\",\"endpoints\":[]}",
                "endpoints | {\"ip\":\"10.0.0.1\",\"endpoints\":{}}",
                "endpoints | {\"ip\":\"10.0.0.1\",\"endpoints\":{\"srt\":[\"10080\"]}}",
                "endpoints.ftp | {\"ip\":\"10.0.0.1\",\"endpoints\":{\"ftp\":[\"21\"]}}",
                "endpoints.rtmp | {\"ip\":\"10.0.0.1\",\"endpoints\":{\"rtmp\":[\"rtmp://x:99999\"]}}",
                "endpoints.rtmp | {\"ip\":\"10.0.0.1\",\"endpoints\":{\"rtmp\":[\"udp://x:1935\"]}}",
                "endpoints.rtmp | {\"ip\":\"10.0.0.1\",\"endpoints\":{\"rtmp\":1935}}",
                "kind | {\"ip\":\"10.0.0.1\",\"endpoints\":{\"rtmp\":\"1935\"},\"kind\":\"x\"}",
                "weight | {\"ip\":\"10.0.0.1\",\"endpoints\":{\"rtmp\":\"1935\"},\"weight\":10001}",
                "zone | {\"ip\":\"10.0.0.1\",\"endpoints\":{\"rtmp\":\"1935\"},\"zone\":1}",
            })
    void refusesABadOriginAndNamesTheField(String field, String body) {
        problem(post(body), 400, field);
    }

    @Test
    void overridesAndTakesBack() {
        OriginId id = beat("patched", Map.of("disk", "fast"));
        patch(id.value(), "{\"admission\":\"cordoned\",\"weight\":5,\"labels\":{\"disk\":\"slow\"}}")
                .statusCode(200)
                .body("admission", equalTo("cordoned"))
                .body("weight", equalTo(5))
                .body("labels.disk", equalTo("slow"));
        beat("patched", Map.of("disk", "fast"));
        patch(id.value(), "{\"weight\":null}")
                .statusCode(200)
                .body("admission", equalTo("cordoned"))
                .body("weight", equalTo(100));
        patch(id.value(), "{\"labels\":null,\"admission\":null}")
                .statusCode(200)
                .body("admission", equalTo("open"))
                .body("labels.disk", equalTo("fast"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "body | {}",
                "body | nonsense",
                "admission | {\"admission\":\"closed\"}",
                "admission | {\"admission\":1}",
                "weight | {\"weight\":\"heavy\"}",
                "weight | {\"weight\":-1}",
                "labels | {\"labels\":\"x\"}",
            })
    void refusesABadPatchAndNamesTheField(String field, String body) {
        problem(patch(beat("badly patched", Map.of()).value(), body), 400, field);
    }

    @Test
    void deletesNoHeartbeatOriginThatLives() {
        OriginId id = beat("alive", Map.of());
        problem(given().when().delete(PATH + "/" + id).then(), 409, null).body("detail", containsString("cordon it"));
    }

    @Test
    void saysNotFoundForUnknownIds() {
        problem(given().when().get(PATH + "/o-nobody").then(), 404, null).body("detail", containsString("o-nobody"));
        problem(given().when().delete(PATH + "/o-nobody").then(), 404, null);
        problem(patch("o-nobody", "{\"weight\":1}"), 404, null);
        problem(given().when().get(PATH + "/" + "x".repeat(300)).then(), 404, null);
        problem(given().when().get("/api/v1/nothing").then(), 404, null);
    }

    @Test
    void wrongMethodsAndBodiesAreProblemsToo() {
        problem(given().when().delete(PATH).then(), 405, null);
        problem(given().contentType("text/csv").body("a,b").when().post(PATH).then(), 415, null);
    }

    @Test
    void describesItselfWithExamples() {
        given().when()
                .get("/q/openapi?format=json")
                .then()
                .statusCode(200)
                .body("paths.keySet()", hasItems(PATH, PATH + "/{id}", "/api/v1/srs/register"))
                .body(containsString("nginx with its RTMP module"))
                .body(containsString("vid-1x2"));
    }

    private OriginId beat(String server, Map<String, String> labels) {
        OriginId id = OriginId.of(server, "10.2.0.1", 1935);
        registry.register(new Registration(
                id,
                server,
                "10.2.0.1",
                new Incarnation("s", "1"),
                OriginKind.SRS,
                Map.of(Listener.RTMP, List.of(new Endpoint(Transport.TCP, "10.2.0.1", 1935))),
                "",
                labels,
                100,
                null));
        return id;
    }

    private static ValidatableResponse post(String body) {
        return given().contentType("application/json")
                .body(body.getBytes(StandardCharsets.UTF_8))
                .when()
                .post(PATH)
                .then();
    }

    private static ValidatableResponse patch(String id, String body) {
        return given().contentType("application/json")
                .body(body.getBytes(StandardCharsets.UTF_8))
                .when()
                .patch(PATH + "/" + id)
                .then();
    }

    private static ValidatableResponse problem(ValidatableResponse answer, int status, @Nullable String field) {
        return answer.statusCode(status)
                .contentType(containsString(Problem.MEDIA_TYPE))
                .body("status", equalTo(status))
                .body("type", equalTo("about:blank"))
                .body("field", field == null ? nullValue() : equalTo(field))
                .body("detail", not(containsString("Exception")));
    }
}
