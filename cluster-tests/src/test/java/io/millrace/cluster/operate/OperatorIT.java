package io.millrace.cluster.operate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.cluster.plane.ControlPlane;
import io.millrace.cluster.process.Http;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What operators and origins send to a control plane that runs as they run it: bad input is named and nothing is lost. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatorIT {

    @TempDir
    private static Path folder;

    private ControlPlane controlPlane;
    private Http api;

    @BeforeAll
    void start() throws IOException {
        controlPlane = ControlPlane.start(Files.createDirectory(folder.resolve("cp")));
        api = controlPlane.api();
    }

    @AfterAll
    void stop() {
        if (controlPlane != null) {
            controlPlane.close();
        }
    }

    private Http.Answer register(String body) {
        return api.send("POST", "/api/v1/srs/register", body);
    }

    private static String beat(String server, String ip, String service, String rtmp) {
        return "{\"ip\":\"" + ip + "\",\"server\":\"" + server + "\",\"service\":\"" + service
                + "\",\"pid\":\"7\",\"rtmp\":[\"" + rtmp + "\"],\"summaries\":{\"ok\":true}}";
    }

    private List<JsonNode> originsOf(String server) {
        return api.get("/api/v1/origins?limit=1000").items().stream()
                .filter(origin -> origin.path("server").asText().equals(server))
                .toList();
    }

    @Test
    void theSameRegistrationTwiceIsOneOrigin() {
        assertThat(register(beat("twice", "127.0.0.1", "s1", "1935")).status()).isEqualTo(200);
        Http.Answer again = register(beat("twice", "127.0.0.1", "s1", "tcp://0.0.0.0:1935"));
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().path("code").asInt(-1)).isZero();
        assertThat(again.json().path("pid").isTextual()).isTrue();
        assertThat(originsOf("twice")).hasSize(1);
    }

    @Test
    void machinesClonedWithTheirServerIdAreTwoOrigins() {
        assertThat(register(beat("clone", "10.0.0.1", "s1", "1935")).status()).isEqualTo(200);
        assertThat(register(beat("clone", "10.0.0.2", "s1", "1935")).status()).isEqualTo(200);
        assertThat(originsOf("clone")).hasSize(2);
    }

    @Test
    void aRestartIsTheSameOriginInANewIncarnation() {
        register(beat("restart", "127.0.0.1", "s1", "1935"));
        register(beat("restart", "127.0.0.1", "s2", "1935"));
        assertThat(originsOf("restart")).hasSize(1);
        assertThat(originsOf("restart").getFirst().toString()).contains("s2");
        String id = originsOf("restart").getFirst().path("id").asText();
        assertThat(api.get("/api/v1/events?kind=origin-restarted&subject=" + id).items())
                .hasSize(1);
    }

    static Stream<BadRegistration> badRegistrations() {
        String rest = ",\"server\":\"bad\",\"service\":\"s\",\"pid\":\"1\"";
        return Stream.of(
                new BadRegistration("ip", "{\"server\":\"bad\",\"service\":\"s\",\"pid\":\"1\",\"rtmp\":[\"1935\"]}"),
                new BadRegistration("rtmp", "{\"ip\":\"127.0.0.1\"" + rest + "}"),
                new BadRegistration("rtmp", "{\"ip\":\"127.0.0.1\"" + rest + ",\"rtmp\":[\"rtmp://x:99999\"]}"),
                new BadRegistration("rtmp", "{\"ip\":\"127.0.0.1\"" + rest + ",\"rtmp\":[]}"),
                new BadRegistration("rtmp", "{\"ip\":\"127.0.0.1\"" + rest + ",\"rtmp\":{\"a\":1}}"),
                new BadRegistration("", "{\"ip\":\"127.0.0.1\","),
                new BadRegistration("", "[]"),
                new BadRegistration("", "no JSON at all"));
    }

    /** @param field which the answer must name; empty where the whole is no JSON object */
    record BadRegistration(String field, String body) {}

    @ParameterizedTest
    @MethodSource("badRegistrations")
    void aBadRegistrationIsRefusedAndItsFieldNamed(BadRegistration bad) {
        Http.Answer answer = register(bad.body());
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.json().path("code").asInt()).as(answer.text()).isNotZero();
        assertThat(answer.text()).contains(bad.field());
        assertThat(originsOf("bad")).isEmpty();
    }

    @Test
    void unknownThingsAreNotFoundAndSaySo() {
        for (String path : List.of("/api/v1/origins/o-000000000000", "/api/v1/workers/nobody")) {
            Http.Answer answer = api.get(path);
            assertThat(answer.status()).as(path).isEqualTo(404);
            assertThat(answer.json().path("detail").isTextual())
                    .as(answer.text())
                    .isTrue();
        }
        assertThat(api.send("PATCH", "/api/v1/origins/o-000000000000", "{\"weight\":1}")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aChangeThatMakesNoSenseIsRefusedAndChangesNothing() {
        register(beat("changed", "127.0.0.1", "s1", "1935"));
        String path =
                "/api/v1/origins/" + originsOf("changed").getFirst().path("id").asText();
        for (String body : List.of("{\"weight\":-1}", "{\"weight\":\"heavy\"}", "{\"admission\":\"ajar\"}", "{\"wei")) {
            Http.Answer answer = api.send("PATCH", path, body);
            assertThat(answer.status()).as(body + " -> " + answer.text()).isEqualTo(400);
        }
        assertThat(api.get(path).json().path("weight").asInt()).isEqualTo(100);
        assertThat(api.get(path).json().path("admission").asText()).isEqualTo("open");
    }

    @Test
    void workersNeedTheClusterToken() {
        assertThat(api.get("/internal/v1/routing-table?worker=stranger&waitMillis=0")
                        .status())
                .isEqualTo(401);
    }
}
