package io.millrace.cluster.operate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.cluster.fixture.Cluster;
import io.millrace.cluster.fixture.Playback;
import io.millrace.cluster.load.Publisher;
import io.millrace.cluster.origin.Ffmpeg;
import io.millrace.cluster.origin.NginxOrigin;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.process.Http;
import io.millrace.cluster.rtmp.FlvTag;
import io.millrace.cluster.rtmp.RtmpClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What operators do to streams and origins while media flows. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StreamControlIT {

    private static final Duration SOON = Duration.ofSeconds(15);

    @TempDir
    private static Path folder;

    private Cluster cluster;
    private Http api;
    private List<NginxOrigin> origins;
    private Worker first;
    private Worker second;
    private List<FlvTag> recording;

    @BeforeAll
    void start() throws IOException {
        recording = FlvTag.readFile(Ffmpeg.makeSample(folder, Ffmpeg.Sample.SMALL));
        cluster = new Cluster(folder);
        api = cluster.controlPlane().api();
        origins = List.of(cluster.origin("origin-a"), cluster.origin("origin-b"), cluster.origin("origin-c"));
        first = cluster.worker("worker-1");
        second = cluster.worker("worker-2");
    }

    @AfterAll
    void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @AfterEach
    void leaveItAsItWas() {
        assertThat(cluster.rules("").status()).isEqualTo(200);
        origins.forEach(origin -> admit(origin, "open"));
    }

    @Test
    void aRuleThatNoOriginSatisfiesIsTakenWithAWarning() throws IOException {
        Http.Answer answer = cluster.rules("{\"name\":\"gold\",\"app\":\"gold\",\"labels\":{\"tier\":\"gold\"}},"
                + "{\"name\":\"again\",\"app\":\"gold\"}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().path("warnings").toString())
                .contains("rules[0] (gold) is satisfied by no known origin")
                .contains("rules[1] (again) never applies");
        assertThat(api.get("/api/v1/placement/rules").json().path("rules")).hasSize(2);
        try (RtmpClient publisher = RtmpClient.publish(first.rtmp("live/no-gold"))) {
            assertThat(publisher.isOpen()).isTrue();
        }
    }

    @Test
    void aRuleWithLabelsSteersNewStreams() throws IOException {
        assertThat(cluster.steer(Map.of("steer", "origin-b")).json().path("warnings"))
                .isEmpty();
        List<RtmpClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 6; i++) {
                String stream = "steer" + i;
                clients.add(RtmpClient.publish((i % 2 == 0 ? first : second).rtmp("live/" + stream)));
                assertThat(cluster.awaitOrigin("publish", stream, 1)).isEqualTo("origin-b");
            }
        } finally {
            closeAll(clients);
        }
    }

    @Test
    void aMovedStreamTakesItsPublisherAndItsViewersAlong() throws IOException {
        NginxOrigin to;
        try (Publisher publisher = new Publisher(first.rtmp("live/moved"), recording);
                Playback viewer = Playback.of(second.rtmp("live/moved"))) {
            viewer.awaitMoreFrames(10, SOON);
            String from = cluster.awaitOrigin("publish", "moved", 1);
            to = anotherThan(from);
            Http.Answer answer = api.send(
                    "POST",
                    "/api/v1/streams/__defaultVhost__/live/moved/move",
                    "{\"origin\":\"" + Cluster.id(to) + "\"}");
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(answer.json().path("cause").asText()).isEqualTo("moved");
            Await.until(SOON, "the publisher was sent away", () -> isLost(publisher));
            Await.until(SOON, "the viewer was sent away", viewer::hasEnded);
        }
        // Viewers may well be back before the publisher is.
        try (Playback viewer = Playback.of(second.rtmp("live/moved"));
                Publisher publisher = new Publisher(first.rtmp("live/moved"), recording)) {
            viewer.awaitMoreFrames(50, SOON);
            assertThat(cluster.awaitOrigin("publish", "moved", 2)).isEqualTo(to.name());
            assertThat(cluster.awaitOrigin("play", "moved", 2)).isEqualTo(to.name());
            publisher.check();
        }
    }

    @Test
    void anUnboundStreamGoesOnAndIsBoundAgainWhereItLives() throws IOException {
        try (Publisher publisher = new Publisher(first.rtmp("live/unbound"), recording);
                Playback viewer = Playback.of(second.rtmp("live/unbound"))) {
            viewer.awaitMoreFrames(10, SOON);
            Optional<String> origin = cluster.boundOrigin("unbound");
            assertThat(origin).isPresent();
            String path = "/api/v1/streams/__defaultVhost__/live/unbound";
            assertThat(api.send("DELETE", path, "").status()).isEqualTo(204);
            Await.until(
                    SOON,
                    "the live publisher binds it again",
                    () -> cluster.boundOrigin("unbound").equals(origin),
                    () -> "bound to " + cluster.boundOrigin("unbound") + ", was on " + origin);
            viewer.awaitMoreFrames(50, SOON);
            publisher.check();
        }
        assertThat(api.send("DELETE", "/api/v1/streams/__defaultVhost__/live/nobody", "")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aKickedViewerLeavesTheOthersAlone() throws IOException {
        try (Publisher publisher = new Publisher(first.rtmp("live/one-kicked"), recording);
                Playback kicked = Playback.of(first.rtmp("live/one-kicked"));
                Playback stays = Playback.of(second.rtmp("live/one-kicked"))) {
            stays.awaitMoreFrames(5, SOON);
            kicked.awaitMoreFrames(5, SOON);
            String path = "/api/v1/sessions?stream=__defaultVhost__/live/one-kicked";
            Await.until(SOON, "all are listed", () -> api.get(path).items().size() == 3);
            JsonNode session = api.get(path).items().stream()
                    .filter(item -> item.path("intent").asText().equals("play"))
                    .filter(item -> item.path("worker").asText().equals("worker-1"))
                    .findFirst()
                    .orElseThrow();
            assertThat(api.send(
                                    "DELETE",
                                    "/api/v1/sessions/" + session.path("id").asText(),
                                    "")
                            .status())
                    .isEqualTo(202);
            Await.until(SOON, "the viewer is cut off", kicked::hasEnded);
            stays.awaitMoreFrames(50, SOON);
            publisher.check();
            assertThat(first.metric("millrace_sessions_ended_total", "reason=\"kicked\""))
                    .isPositive();
        }
    }

    @Test
    void aCordonedOriginKeepsWhatItHasAndADrainingOneLetsGo() throws IOException {
        List<RtmpClient> clients = new ArrayList<>();
        NginxOrigin closing;
        try (Publisher publisher = new Publisher(first.rtmp("live/old"), recording);
                Playback viewer = Playback.of(second.rtmp("live/old"))) {
            viewer.awaitMoreFrames(10, SOON);
            closing = origin(cluster.awaitOrigin("publish", "old", 1));
            admit(closing, "cordoned");
            for (int i = 0; i < 6; i++) {
                clients.add(RtmpClient.publish((i % 2 == 0 ? first : second).rtmp("live/new" + i)));
                assertThat(cluster.awaitOrigin("publish", "new" + i, 1)).isNotEqualTo(closing.name());
            }
            try (Playback late = Playback.of(first.rtmp("live/old"))) {
                late.awaitMoreFrames(10, SOON);
            }
            viewer.awaitMoreFrames(25, SOON);
            publisher.check();

            admit(closing, "draining");
            Await.until(SOON, "the publisher was sent away", () -> isLost(publisher));
            Await.until(SOON, "the viewer was sent away", viewer::hasEnded);
        } finally {
            closeAll(clients);
        }
        try (RtmpClient publisher = RtmpClient.publish(first.rtmp("live/old"))) {
            assertThat(publisher.isOpen()).isTrue();
            assertThat(cluster.awaitOrigin("publish", "old", 2)).isNotEqualTo(closing.name());
        }
    }

    private void admit(NginxOrigin origin, String admission) {
        Http.Answer answer =
                api.send("PATCH", "/api/v1/origins/" + Cluster.id(origin), "{\"admission\":\"" + admission + "\"}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    private static boolean isLost(Publisher publisher) {
        try {
            publisher.check();
            return false;
        } catch (IllegalStateException lost) {
            return true;
        }
    }

    private NginxOrigin origin(String name) {
        return origins.stream()
                .filter(origin -> origin.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private NginxOrigin anotherThan(String name) {
        return origins.stream()
                .filter(origin -> !origin.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void closeAll(List<RtmpClient> clients) throws IOException {
        for (RtmpClient client : clients) {
            client.close();
        }
    }
}
