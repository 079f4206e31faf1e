package io.millrace.control.srs.hooks;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.millrace.control.api.QuickWindow;
import io.millrace.control.streams.admin.StreamAdmin;
import io.millrace.control.streams.admin.StreamView;
import io.millrace.model.StreamKey;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@TestProfile(QuickWindow.class)
class HooksResourceTest {

    private static final String PATH = "/api/v1/hooks/srs";

    @Inject
    StreamAdmin streams;

    @BeforeEach
    void register() {
        given().body(
                        "{\"ip\":\"127.0.0.1\",\"server\":\"vid-test1\",\"service\":\"921q7g43\",\"pid\":\"1\",\"rtmp\":[\"1935\"]}")
                .post("/api/v1/srs/register")
                .then()
                .statusCode(200);
    }

    private static ValidatableResponse post(String path, String body) {
        return given().contentType("application/json")
                .queryParam("token", "hooks-of-the-tests")
                .body(body.getBytes(StandardCharsets.UTF_8))
                .post(path)
                .then();
    }

    private static String hook(String action, String stream) {
        return "{\"server_id\":\"vid-test1\",\"service_id\":\"921q7g43\",\"action\":\"" + action
                + "\",\"client_id\":\"c1\",\"ip\":\"203.0.113.5\",\"vhost\":\"__defaultVhost__\",\"app\":\"live\",\"stream\":\""
                + stream + "\"}";
    }

    private Optional<StreamView> stream(String name) {
        return streams.get(StreamKey.of("", "live", name));
    }

    @Test
    void takesEveryHookOfARealSrs() throws IOException {
        List<String> hooks = Files.readAllLines(Path.of("src/test/resources/srs/hooks.jsonl"));
        assertThat(hooks).hasSizeGreaterThanOrEqualTo(7);
        for (String captured : hooks) {
            // Other tests in this process know of another stream under that name.
            String hook = captured.replace("\"cam\"", "\"real\"");
            post(PATH, hook).statusCode(200).body(equalTo("{\"code\":0}"));
            if (hook.contains("on_publish")) {
                assertThat(stream("real").orElseThrow().live()).isTrue();
            }
        }
        assertThat(stream("real").orElseThrow().live()).isFalse();
    }

    @Test
    void actionCountsWhateverTheSubPath() {
        post(PATH + "/streams", hook("on_publish", "sub")).statusCode(200);
        assertThat(stream("sub").orElseThrow().live()).isTrue();
        post(PATH + "/clients", hook("on_unpublish", "sub")).statusCode(200);
        assertThat(stream("sub").orElseThrow().live()).isFalse();
    }

    @Test
    void neverPunishesForWhatIsNotKnown() {
        post(PATH, hook("on_publish", "x").replace("vid-test1", "somebody-else"))
                .statusCode(200)
                .body("code", equalTo(0));
        post(PATH, hook("on_new_thing", "x")).statusCode(200).body("code", equalTo(0));
        post(PATH, hook("on_publish", "x".repeat(5_000))).statusCode(200).body("code", equalTo(0));
        post(PATH, hook("on_publish", "a\\u0000b")).statusCode(200).body("code", equalTo(0));
        assertThat(stream("x")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "body | {",
                "body | []",
                "body | {\"action\":\"on_publish\"} x",
                "action | {}",
                "action | {\"action\":5,\"server_id\":\"s\"}",
                "server_id | {\"action\":\"on_play\"}",
                "service_id | {\"action\":\"on_play\",\"server_id\":\"s\",\"service_id\":{}}",
                "client_id | {\"action\":\"on_publish\",\"server_id\":\"s\",\"service_id\":\"t\"}",
                "stream | {\"action\":\"on_publish\",\"server_id\":\"s\",\"client_id\":\"c\",\"vhost\":\"v\",\"app\":\"a\"}",
                "stream | {\"action\":\"on_publish\",\"server_id\":\"s\",\"client_id\":\"c\",\"vhost\":\"v\",\"app\":\"a\",\"stream\":1}",
            })
    void refusesWhatIsMalformedAndNamesTheField(String field, String body) {
        post(PATH, body).statusCode(400).body("code", equalTo(400)).body("field", equalTo(field));
    }

    @Test
    void refusesGiantBodies() {
        post(PATH, " ".repeat(70_000) + "{}").statusCode(413).body("code", equalTo(413));
    }

    @Test
    void refusesWhoDoesNotHoldTheToken() {
        given().body(hook("on_publish", "y")).post(PATH).then().statusCode(401).body("code", equalTo(401));
        given().queryParam("token", "wrong")
                .body(hook("on_publish", "y"))
                .post(PATH + "/streams")
                .then()
                .statusCode(401);
        assertThat(stream("y")).isEmpty();
    }
}
