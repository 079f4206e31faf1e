package io.millrace.control.srs;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.not;

import io.millrace.control.api.QuickWindow;
import io.millrace.control.registry.OriginRegistry;
import io.millrace.model.OriginId;
import io.millrace.model.OriginKind;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(QuickWindow.class)
class RegisterResourceTest {

    private static final String PATH = "/api/v1/srs/register";

    @Inject
    OriginRegistry registry;

    @Test
    void takesWhatSrsSends() throws Exception {
        byte[] heartbeat = Files.readAllBytes(Path.of("src/test/resources/srs-heartbeat.json"));
        given().body(new String(heartbeat, StandardCharsets.UTF_8))
                .contentType("application/json")
                .when()
                .post(PATH)
                .then()
                .statusCode(200)
                .body("code", equalTo(0))
                .body("pid", equalTo(Long.toString(ProcessHandle.current().pid())));
        OriginId id = OriginId.of("vid-56n6p96", "192.0.2.2", 14935);
        var origin = registry.find(id).orElseThrow();
        Assertions.assertThat(origin.endpoints().values())
                .extracting(Object::toString)
                .containsExactly(
                        "[tcp://192.0.2.2:14935]",
                        "[tcp://192.0.2.2:14080]",
                        "[tcp://192.0.2.2:14985]",
                        "[udp://192.0.2.2:14800]",
                        "[udp://192.0.2.2:14808]");
        Assertions.assertThat(origin.kind()).isEqualTo(OriginKind.SRS);
        Assertions.assertThat(registry.load(id).sessions()).hasValue(7);
        Assertions.assertThat(registry.load(id).cpuPercent()).hasValue(25.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/plain", "application/x-www-form-urlencoded", ""})
    void takesAnyContentType(String contentType) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(RestAssured.baseURI + ":" + RestAssured.port + PATH))
                .POST(
                        HttpRequest.BodyPublishers.ofString(
                                "{\"ip\":\"10.1.0.1\",\"server\":\"ct\",\"service\":\"s\",\"pid\":5,\"rtmp\":[\"1935\"],\"x\":[{}]}"));
        if (!contentType.isEmpty()) {
            request.header("Content-Type", contentType);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            Assertions.assertThat(answer.statusCode()).isEqualTo(200);
            Assertions.assertThat(answer.body()).startsWith("{\"code\":0,\"pid\":\"");
        }
        Assertions.assertThat(registry.find(OriginId.of("ct", "10.1.0.1", 1935))
                        .orElseThrow()
                        .incarnation()
                        .pid())
                .isEqualTo("5");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "\"origin-1\" | origin-1 | origin-1@10.1.0.2:1935",
                "\"Zürich 1 state=up\" | Zürich_1_state_up | Zürich_1_state_up@10.1.0.2:1935",
                "\"a\\nINFO\" | a_INFO | a_INFO@10.1.0.2:1935",
                "17 | 17 | 17@10.1.0.2:1935",
                "\"\" | ID | named@10.1.0.2:1935",
                "null | ID | named@10.1.0.2:1935",
                "{} | ID | named@10.1.0.2:1935",
            })
    void showsTheDeviceIdAsTheNameInLists(String deviceId, String name, String displayName) {
        post("{\"ip\":\"10.1.0.2\",\"server\":\"named\",\"service\":\"s\",\"pid\":\"1\",\"rtmp\":[\"1935\"],"
                        + "\"rtc\":[\"udp:0.0.0.0:8000\"],\"device_id\":" + deviceId + "}")
                .statusCode(200);
        OriginId id = OriginId.of("named", "10.1.0.2", 1935);
        given().get("/api/v1/origins/" + id.value())
                .then()
                .statusCode(200)
                .body("name", equalTo(name.equals("ID") ? id.value() : name))
                .body("endpoints.rtc", equalTo(java.util.List.of("udp://10.1.0.2:8000")));
        Assertions.assertThat(registry.find(id).orElseThrow().displayName()).isEqualTo(displayName);
    }

    @Test
    void takesOurOwnFieldsToo() {
        post("{\"ip\":\"[fd00::7]\",\"server\":\"own\",\"service\":\"s\",\"pid\":\"1\",\"rtmp\":\"tcp://:1935\","
                        + "\"rtc\":[\"udp://0.0.0.0:8000\",\"tcp://0.0.0.0:8000\"],\"rtsp\":[\"8554\"],\"zone\":\"a\","
                        + "\"labels\":{\"disk\":\"fast\"},\"weight\":7,\"kind\":\"nginx-rtmp\",\"device_id\":null}")
                .statusCode(200);
        var origin = registry.find(OriginId.of("own", "fd00::7", 1935)).orElseThrow();
        Assertions.assertThat(origin.endpoints().toString())
                .contains("tcp://[fd00::7]:1935", "udp://[fd00::7]:8000", "tcp://[fd00::7]:8000");
        Assertions.assertThat(origin.zone()).isEqualTo("a");
        Assertions.assertThat(origin.weight()).isEqualTo(7);
        Assertions.assertThat(origin.labels()).containsEntry("disk", "fast");
        Assertions.assertThat(origin.kind()).isEqualTo(OriginKind.NGINX_RTMP);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "body | {\"ip\":\"10.0.0.1\"",
                "body | []",
                "body | null",
                "body | nonsense",
                "ip | {\"server\":\"a\",\"service\":\"s\",\"pid\":\"1\",\"rtmp\":[\"1\"]}",
                "ip | {\"ip\":\"\",\"server\":\"a\",\"service\":\"s\",\"pid\":\"1\",\"rtmp\":[\"1\"]}",
                "ip | {\"ip\":5,\"server\":\"a\",\"service\":\"s\",\"pid\":\"1\",\"rtmp\":[\"1\"]}",
                "ip | {\"ip\":\"0.0.0.0\",\"server\":\"a\",\"service\":\"s\",\"pid\":\"1\",\"rtmp\":[\"1\"]}",
                "ip | {\"ip\":\"a b\",\"server\":\"a\",\"service\":\"s\",\"pid\":\"1\",\"rtmp\":[\"1\"]}",
                "server | {\"ip\":\"10.0.0.1\",\"service\":\"s\",\"pid\":\"1\",\"rtmp\":[\"1\"]}",
                "server | {\"ip\":\"10.0.0.1\",\"server\":{},\"service\":\"s\",\"pid\":\"1\",\"rtmp\":[\"1\"]}",
                "service | {\"ip\":\"10.0.0.1\",\"server\":\"a\",\"pid\":\"1\",\"rtmp\":[\"1\"]}",
                "pid | {\"ip\":\"10.0.0.1\",\"server\":\"a\",\"service\":\"s\",\"rtmp\":[\"1\"]}",
                "pid | {\"ip\":\"10.0.0.1\",\"server\":\"a\",\"service\":\"s\",\"pid\":true,\"rtmp\":[\"1\"]}",
                "rtmp | {\"ip\":\"10.0.0.1\",\"server\":\"a\",\"service\":\"s\",\"pid\":\"1\"}",
                "rtmp | {\"ip\":\"10.0.0.1\",\"server\":\"a\",\"service\":\"s\",\"pid\":\"1\",\"rtmp\":[]}",
                "rtmp | {\"ip\":\"10.0.0.1\",\"server\":\"a\",\"service\":\"s\",\"pid\":\"1\",\"rtmp\":[\"rtmp://x:99999\"]}",
                "rtmp | {\"ip\":\"10.0.0.1\",\"server\":\"a\",\"service\":\"s\",\"pid\":\"1\",\"rtmp\":[\"udp://:1935\"]}",
                "rtmp[0] | {\"ip\":\"10.0.0.1\",\"server\":\"a\",\"service\":\"s\",\"pid\":\"1\",\"rtmp\":[1935]}",
                "http | {\"ip\":\"10.0.0.1\",\"server\":\"a\",\"service\":\"s\",\"pid\":\"1\",\"rtmp\":[\"1\"],\"http\":[\"x:70000\"]}",
                "srt | {\"ip\":\"10.0.0.1\",\"server\":\"a\",\"service\":\"s\",\"pid\":\"1\",\"rtmp\":[\"1\"],\"srt\":{}}",
                "weight | {\"ip\":\"10.0.0.1\",\"server\":\"a\",\"service\":\"s\",\"pid\":\"1\",\"rtmp\":[\"1\"],\"weight\":-1}",
                "weight | {\"ip\":\"10.0.0.1\",\"server\":\"a\",\"service\":\"s\",\"pid\":\"1\",\"rtmp\":[\"1\"],\"weight\":1.5}",
                "labels | {\"ip\":\"10.0.0.1\",\"server\":\"a\",\"service\":\"s\",\"pid\":\"1\",\"rtmp\":[\"1\"],\"labels\":[]}",
                "labels.x | {\"ip\":\"10.0.0.1\",\"server\":\"a\",\"service\":\"s\",\"pid\":\"1\",\"rtmp\":[\"1\"],\"labels\":{\"x\":1}}",
                "kind | {\"ip\":\"10.0.0.1\",\"server\":\"a\",\"service\":\"s\",\"pid\":\"1\",\"rtmp\":[\"1\"],\"kind\":\"best\"}",
            })
    void refusesBadInputAndNamesTheField(String field, String body) {
        int before = registry.all().size();
        post(body)
                .statusCode(400)
                .body("code", greaterThan(0))
                .body("field", equalTo(field))
                .body("message", not(containsString("Exception")));
        Assertions.assertThat(registry.all()).hasSize(before);
    }

    @Test
    void refusesGiantBodies() {
        post("{\"ip\":\"" + "x".repeat(70_000) + "\"}").statusCode(413).body("code", greaterThan(0));
        post("{\"ip\":\"" + "x".repeat(7_000) + "\"}").statusCode(400).body("field", equalTo("ip"));
    }

    private static ValidatableResponse post(String body) {
        return given().contentType("application/json")
                .body(body.getBytes(StandardCharsets.UTF_8))
                .when()
                .post(PATH)
                .then();
    }
}
