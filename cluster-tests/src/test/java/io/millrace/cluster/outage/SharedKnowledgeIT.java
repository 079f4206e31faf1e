package io.millrace.cluster.outage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.cluster.plane.ControlPlane;
import io.millrace.cluster.plane.Machine;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.process.Http;
import io.millrace.cluster.store.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators and origins tell one of several control planes, and what a control plane that runs alone hands on to them. */
class SharedKnowledgeIT {

    private static final Duration SOON = Duration.ofSeconds(15);

    /** What is told to one control plane is known to all within this time. */
    private static final Duration SHOWN = Duration.ofSeconds(1);

    private static final String CONFIG = "/api/v1/config";
    private static final String VERSIONS = CONFIG + "/versions";

    @TempDir
    private Path folder;

    private RedisServer redis;
    private ControlPlane one;
    private ControlPlane two;

    @BeforeEach
    void start() throws IOException {
        redis = RedisServer.start(Files.createDirectories(folder.resolve("redis")));
        Map<String, String> settings = redis.settings();
        one = ControlPlane.launch(Files.createDirectories(folder.resolve("one")), Machine.HERE, settings);
        two = ControlPlane.launch(Files.createDirectories(folder.resolve("two")), Machine.HERE, settings);
        one.awaitReady();
        two.awaitReady();
    }

    @AfterEach
    void stop() {
        if (one != null) {
            one.close();
        }
        if (two != null) {
            two.close();
        }
        redis.close();
    }

    @Test
    void whatOperatorsConfiguredMovesFromMemoryToRedisAndBackThroughItsVersions() throws IOException {
        String exported;
        try (ControlPlane alone = ControlPlane.start(Files.createDirectories(folder.resolve("alone")))) {
            assertThat(send(alone, "PUT", CONFIG, """
                                    {"formatVersion":1,
                                     "staticOrigins":[{"server":"n","ip":"127.0.0.1","endpoints":{"rtmp":["1"]},"weight":7}],
                                     "overrides":{"o-0123456789ab":{"admission":"cordoned","labels":{}}},
                                     "rules":[{"name":"gold","app":"gold*","policy":"rendezvous"},{"name":"rest"}],
                                     "vhosts":["live.example.com"],
                                     "settings":{"reportMillis":1500,"bindingFreshMillis":700}}""").status()).isEqualTo(200);
            exported = alone.api().get(CONFIG).text();
        }
        assertThat(send(one, "PUT", CONFIG + "?dryRun=true", exported)
                        .json()
                        .path("changed")
                        .asBoolean())
                .isTrue();
        assertThat(two.api().get(CONFIG).json().path("version").asLong()).isZero();

        assertThat(send(one, "PUT", CONFIG, exported).status()).isEqualTo(200);
        JsonNode wanted = meaning(one.api().get(CONFIG).json());
        awaitConfig(two, wanted);
        Await.until(
                SHOWN,
                "the other one serves it",
                () -> two.api()
                                        .get("/api/v1/routing-table")
                                        .json()
                                        .at("/table/rules")
                                        .size()
                                == 2
                        && two.api().get("/api/v1/origins").items().size() == 1,
                () -> two.api().get("/api/v1/routing-table").text());

        long version = two.api().get(CONFIG).json().path("version").asLong();
        assertThat(send(two, "PUT", "/api/v1/placement/rules", "{\"rules\":[]}").status())
                .isEqualTo(200);
        Await.until(
                SHOWN,
                "both have the history",
                () -> one.api().get(VERSIONS).items().size() == 2,
                () -> one.api().get(VERSIONS).text());
        assertThat(send(one, "POST", VERSIONS + "/" + version + "/rollback", "").status())
                .isEqualTo(200);
        awaitConfig(two, wanted);
        assertThat(two.api().get(VERSIONS).items().getFirst().path("summary").asText())
                .startsWith("back to version " + version);

        redis.kill();
        Await.until(
                SOON,
                "a change is refused",
                () -> send(two, "PUT", "/api/v1/vhosts", "{\"vhosts\":[]}").status() == 503,
                () -> two.api().get("/api/v1/vhosts").text());
        assertThat(meaning(two.api().get(CONFIG).json())).isEqualTo(wanted);
        redis.restart();
        Await.until(
                SOON,
                "a change is taken again",
                () -> send(two, "PUT", "/api/v1/vhosts", "{\"vhosts\":[]}").status() == 200,
                () -> two.api().get("/api/v1/vhosts").text());
        List<JsonNode> versions = two.api().get(VERSIONS).items();
        assertThat(versions).hasSize(4);
        assertThat(versions).extracting(each -> each.path("version").asLong()).contains(version);
    }

    @Test
    void originMayTellOneThatAPublisherCameAndAnotherThatItLeft() {
        assertThat(one.register("caller", 19350, "run1", "srs").status()).isEqualTo(200);
        Await.until(
                SHOWN,
                "both know the origin",
                () -> two.api().get("/api/v1/origins").items().size() == 1,
                () -> two.api().get("/api/v1/origins").text());
        assertThat(hook(one, "on_publish").status()).isEqualTo(200);
        awaitLive(one, true);
        awaitLive(two, true);
        assertThat(hook(two, "on_unpublish").status()).isEqualTo(200);
        awaitLive(one, false);
        awaitLive(two, false);

        // An origin turns its client away unless it gets a good answer, whatever is wrong here.
        redis.kill();
        assertThat(hook(one, "on_publish").json().path("code").asInt(-1)).isZero();
        awaitLive(one, true);
    }

    private static void awaitLive(ControlPlane asked, boolean live) {
        String path = "/api/v1/streams/__defaultVhost__/live/cam";
        Await.until(
                SHOWN,
                "live is " + live,
                () -> asked.api().get(path).json().path("live").asBoolean() == live,
                () -> asked.api().get(path).text());
    }

    private static Http.Answer hook(ControlPlane told, String action) {
        return send(
                told,
                "POST",
                "/api/v1/hooks/srs",
                "{\"server_id\":\"caller\",\"service_id\":\"run1\",\"action\":\"" + action
                        + "\",\"client_id\":\"c1\",\"ip\":\"203.0.113.7\",\"vhost\":\"__defaultVhost__\",\"app\":\"live\","
                        + "\"stream\":\"cam\",\"param\":\"\"}");
    }

    private static void awaitConfig(ControlPlane asked, JsonNode wanted) {
        Await.until(
                SHOWN,
                "it is known there",
                () -> meaning(asked.api().get(CONFIG).json()).equals(wanted),
                () -> asked.api().get(CONFIG).text());
    }

    /** Without what a document says of itself. */
    private static JsonNode meaning(JsonNode document) {
        return ((ObjectNode) document).without(List.of("version", "changedAt", "changedBy"));
    }

    private static Http.Answer send(ControlPlane to, String method, String path, String body) {
        return to.api().send(method, path, body);
    }
}
