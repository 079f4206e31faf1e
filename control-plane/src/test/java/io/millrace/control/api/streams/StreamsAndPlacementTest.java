package io.millrace.control.api.streams;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.millrace.control.api.AnsweringOrigin;
import io.millrace.control.config.ConfigRepository;
import io.millrace.control.registry.Origins;
import io.millrace.control.streams.StreamDirectory;
import io.millrace.control.streams.admin.StreamAdmin;
import io.millrace.control.streams.admin.StreamFilter;
import io.millrace.model.Admission;
import io.millrace.model.Endpoint;
import io.millrace.model.Incarnation;
import io.millrace.model.Intent;
import io.millrace.model.Listener;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginKind;
import io.millrace.model.OriginState;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.Transport;
import io.millrace.model.wire.ResolveRequest;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(StreamsAndPlacementTest.AloneInItsFolder.class)
class StreamsAndPlacementTest {

    /** Free ports, a folder of its own, and nothing to wait for at the start. */
    public static final class AloneInItsFolder implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "quarkus.http.test-port",
                    "0",
                    "quarkus.management.test-port",
                    "0",
                    "millrace.rebuild-window",
                    "0s",
                    "millrace.data-dir",
                    "target/test-data/" + UUID.randomUUID());
        }
    }

    private static final AnsweringOrigin LISTENING_A = new AnsweringOrigin();
    private static final AnsweringOrigin LISTENING_B = new AnsweringOrigin();
    private static final OriginId A = new OriginId("o-a");
    private static final OriginId B = new OriginId("o-b");

    @Inject
    StreamDirectory directory;

    @Inject
    StreamAdmin admin;

    @Inject
    Origins origins;

    @Inject
    ConfigRepository config;

    @BeforeEach
    void twoOriginsAndNothingElse() {
        origins.restore(List.of(origin(A), origin(B)));
        admin.list(null, 1_000, StreamFilter.ALL).forEach(view -> admin.unbind(view.stream(), "test"));
        config.update(current -> current.withRules(List.of()).withVhosts(List.of()));
    }

    @AfterAll
    static void stopListening() {
        LISTENING_A.close();
        LISTENING_B.close();
    }

    private static Origin origin(OriginId id) {
        int port = (id.equals(A) ? LISTENING_A : LISTENING_B).port();
        return new Origin(
                id,
                id.value(),
                "127.0.0.1",
                Incarnation.UNKNOWN,
                OriginKind.OTHER,
                Map.of(Listener.RTMP, List.of(new Endpoint(Transport.TCP, "127.0.0.1", port))),
                "",
                Map.of(),
                100,
                OriginState.UP,
                Admission.OPEN);
    }

    private OriginId bind(String key) {
        var answer = directory.resolve(
                new ResolveRequest("w1", StreamKey.parse(key), Intent.PUBLISH, Protocol.RTMP, List.of()));
        assertThat(answer.binding()).as(answer.reason()).isNotNull();
        return admin.get(StreamKey.parse(key)).orElseThrow().origin();
    }

    private static ValidatableResponse get(String path) {
        return given().urlEncodingEnabled(false).get(path).then();
    }

    private static ValidatableResponse put(String path, String body) {
        return given().contentType(ContentType.JSON).body(body).put(path).then();
    }

    @Test
    void listsStreamsPageByPage() {
        bind("v/live/a");
        bind("v/live/b");
        bind("v/other/c");
        String next = get("/api/v1/streams?limit=2")
                .statusCode(200)
                .body("items.stream", equalTo(List.of("v/live/a", "v/live/b")))
                .extract()
                .path("next");
        get("/api/v1/streams?limit=2&after=" + next)
                .statusCode(200)
                .body("items.stream", equalTo(List.of("v/other/c")))
                .body("next", nullValue());
        get("/api/v1/streams?app=other").body("items", hasSize(1));
        get("/api/v1/streams?vhost=w").body("items", hasSize(0));
        get("/api/v1/streams?limit=0").statusCode(400).body("field", equalTo("limit"));
        get("/api/v1/streams?after=x").statusCode(400).body("field", equalTo("after"));
    }

    @Test
    void showsWhereAStreamLivesAndWhy() {
        OriginId origin = bind("v/app/with/slashes/s");
        get("/api/v1/streams/v/app/with/slashes/s")
                .statusCode(200)
                .body("app", equalTo("app/with/slashes"))
                .body("origin", equalTo(origin.value()))
                .body("cause", equalTo("placed"))
                .body("decision.actor", equalTo("worker w1"))
                .body("decision.placement.candidates", hasSize(2));
        get("/api/v1/streams/v/live/nobody")
                .statusCode(404)
                .contentType("application/problem+json")
                .body("detail", containsString("v/live/nobody"));
        get("/api/v1/streams/nokey").statusCode(400).body("field", equalTo("stream"));
    }

    @Test
    void unbindsAStream() {
        bind("v/a/b/s");
        given().delete("/api/v1/streams/v/a/b/s").then().statusCode(204);
        given().delete("/api/v1/streams/v/a/b/s").then().statusCode(404);
    }

    @Test
    void movesAStream() {
        OriginId from = bind("v/a/b/s");
        OriginId to = from.equals(A) ? B : A;
        move("v/a/b/s", "{\"origin\":\"" + to + "\"}")
                .statusCode(200)
                .body("origin", equalTo(to.value()))
                .body("cause", equalTo("moved"))
                .body("decision.actor", equalTo("operator"));
        move("v/a/b/s", "{\"origin\":\"nobody\"}")
                .statusCode(400)
                .body("field", equalTo("origin"))
                .body("detail", containsString("nobody"));
        move("v/a/b/s", "{}").statusCode(400).body("field", equalTo("origin"));
        move("v/a/b/s", "{\"origin\":").statusCode(400);
        move("v/a/b/unbound", "{\"origin\":\"" + to + "\"}").statusCode(404);
    }

    private static ValidatableResponse move(String key, String body) {
        return given().contentType(ContentType.JSON)
                .body(body)
                .post("/api/v1/streams/" + key + "/move")
                .then();
    }

    @Test
    void findsTheStreamOfAClientsUrlBoundOrNot() {
        get("/api/v1/streams:resolve?url=rtmp://h/live/unbound")
                .statusCode(200)
                .body("stream", equalTo("__defaultVhost__/live/unbound"))
                .body("protocol", equalTo("rtmp"))
                .body("bound", nullValue())
                .body("publish.outcome", equalTo("bound"))
                .body("publish.placement.candidates", hasSize(2));
        assertThat(admin.list(null, 10, StreamFilter.ALL)).isEmpty();
        directory.resolve(new ResolveRequest(
                "w", StreamKey.parse("__defaultVhost__/live/s"), Intent.PUBLISH, Protocol.RTMP, List.of()));
        get("/api/v1/streams:resolve?url=http://h/live/s.flv")
                .statusCode(200)
                .body("intent", equalTo("play"))
                .body("bound.stream", equalTo("__defaultVhost__/live/s"))
                .body("play.decision", notNullValue());
        get("/api/v1/streams:resolve?stream=__defaultVhost__/live/s")
                .statusCode(200)
                .body("bound", notNullValue());
    }

    @Test
    void refusesAUrlThatNamesNoStream() {
        get("/api/v1/streams:resolve").statusCode(400).body("field", equalTo("url"));
        get("/api/v1/streams:resolve?url=rtmp://h/a/s&stream=v/a/s").statusCode(400);
        String problem = get("/api/v1/streams:resolve?url=ftp://h/live/s%3Ftoken%3Ds3cret")
                .statusCode(400)
                .body("field", equalTo("url"))
                .body("detail", containsString("scheme"))
                .extract()
                .asString();
        assertThat(problem).doesNotContain("s3cret");
    }

    @Test
    void explainsWithoutChangingAnything() {
        get("/api/v1/placement/explain?stream=v/live/new")
                .statusCode(200)
                .body("outcome", equalTo("bound"))
                .body("binding", nullValue())
                .body("placement.candidates", hasSize(2));
        assertThat(directory.size()).isZero();
        OriginId origin = bind("v/live/s");
        get("/api/v1/placement/explain?stream=v/live/s&intent=play&protocol=rtmp")
                .statusCode(200)
                .body("origin", equalTo(origin.value()))
                .body("decision", notNullValue());
        get("/api/v1/placement/explain?stream=v/live/s&protocol=smoke")
                .statusCode(400)
                .body("field", equalTo("protocol"));
        get("/api/v1/placement/explain").statusCode(400).body("field", equalTo("stream"));
    }

    @Test
    void replacesRulesAndWarnsOfWhatIsProbablyNotMeant() {
        put("/api/v1/placement/rules", """
                        {"rules": [{"name": "all", "polcy": "random"}, {"name": "late", "app": "x*", "zone": "mars"}]}""")
                .statusCode(200)
                .body("rules.name", equalTo(List.of("all", "late")))
                .body("rules[0].policy", equalTo("least-load"))
                .body("warnings", hasItem(containsString("rules[0].polcy")))
                .body("warnings", hasItem(containsString("rules[1] (late) never applies")))
                .body("warnings", hasItem(containsString("rules[1] (late) is satisfied by no known origin")));
        get("/api/v1/placement/rules").body("rules", hasSize(2));
    }

    @Test
    void refusesRulesThatMakeNoSenseAndKeepsTheOldOnes() {
        put("/api/v1/placement/rules", "{\"rules\":[{\"name\":\"kept\"}]}").statusCode(200);
        refused("[]", "rules");
        refused("{\"rules\":{}}", "rules");
        refused("{\"rules\":[{\"name\":\"a\"},{\"name\":\"a\"}]}", "rules[1].name");
        refused("{\"rules\":[{\"name\":\"a\"},{}]}", "rules[1].name");
        refused(
                "{\"rules\":[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"c\",\"policy\":\"best\"}]}",
                "rules[2].policy");
        refused("{\"rules\":[{\"name\":\"a\",\"standbys\":-1}]}", "rules[0].standbys");
        refused("{\"rules\":[{\"name\":\"a\",\"standbys\":\"two\"}]}", "rules[0].standbys");
        refused("{\"rules\":[{\"name\":\"a\",\"standbys\":1}]}", "rules[0].standbys");
        refused("{\"rules\":[{\"name\":\"a\",\"delivery\":\"edge\"}]}", "rules[0].delivery");
        refused("{\"rules\":[{\"name\":\"a\",\"labels\":{\"x\":1}}]}", "rules[0].labels.x");
        refused("{\"rules\":[{\"name\":\"a\",\"app\":\"\"}]}", "rules[0].app");
        put("/api/v1/placement/rules", "{\"rules\":[").statusCode(400);
        get("/api/v1/placement/rules").body("rules.name", equalTo(List.of("kept")));
    }

    private static void refused(String body, String field) {
        put("/api/v1/placement/rules", body).statusCode(400).body("field", equalTo(field));
    }

    @Test
    void aSecondOperatorDoesNotOverwriteTheFirst() {
        String seen = get("/api/v1/placement/rules").extract().header("ETag");
        ifMatch(seen, "{\"rules\":[{\"name\":\"first\"}]}").statusCode(200);
        ifMatch(seen, "{\"rules\":[{\"name\":\"second\"}]}").statusCode(412).contentType("application/problem+json");
        String now = get("/api/v1/placement/rules")
                .body("rules.name", equalTo(List.of("first")))
                .extract()
                .header("ETag");
        ifMatch(now, "{\"rules\":[]}").statusCode(200);
    }

    private static ValidatableResponse ifMatch(String tag, String body) {
        return given().contentType(ContentType.JSON)
                .header("If-Match", tag)
                .body(body)
                .put("/api/v1/placement/rules")
                .then();
    }

    @Test
    void keepsDeclaredVhosts() {
        put("/api/v1/vhosts", "{\"vhosts\":[\"Live.Example.com\",\"b\"]}")
                .statusCode(200)
                .body("vhosts", equalTo(List.of("live.example.com", "b")));
        put("/api/v1/vhosts", "{\"vhosts\":[\"a\",\"a:80\"]}").statusCode(400).body("field", equalTo("vhosts[1]"));
        put("/api/v1/vhosts", "{\"vhosts\":[\"a\",\"A\"]}").statusCode(400).body("field", equalTo("vhosts[1]"));
        get("/api/v1/vhosts").body("vhosts", equalTo(List.of("live.example.com", "b")));
    }
}
