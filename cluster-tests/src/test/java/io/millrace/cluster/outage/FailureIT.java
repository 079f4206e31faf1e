package io.millrace.cluster.outage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cluster.fixture.Cluster;
import io.millrace.cluster.fixture.Playback;
import io.millrace.cluster.load.Publisher;
import io.millrace.cluster.origin.Ffmpeg;
import io.millrace.cluster.origin.NginxOrigin;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.process.Http;
import io.millrace.cluster.process.Listening;
import io.millrace.cluster.rtmp.FlvTag;
import io.millrace.cluster.rtmp.RtmpClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The failure table: each test breaks one thing in a cluster of its own. */
class FailureIT {

    private static final Duration SOON = Duration.ofSeconds(15);
    /** New streams stop going to a dead origin within this time of the first refused connection. */
    private static final Duration NOTICED = Duration.ofSeconds(1);

    @TempDir
    private static Path samples;

    private static List<FlvTag> recording;

    @TempDir
    private Path folder;

    private Cluster cluster;
    private List<NginxOrigin> origins;
    private Worker first;
    private Worker second;

    @BeforeAll
    static void record() throws IOException {
        recording = FlvTag.readFile(Ffmpeg.makeSample(samples, Ffmpeg.Sample.SMALL));
    }

    @BeforeEach
    void start() {
        cluster = new Cluster(folder);
        origins = List.of(cluster.origin("origin-a"), cluster.origin("origin-b"), cluster.origin("origin-c"));
        Map<String, String> quick = Map.of("PROXY_GRACE_QUIT_TIMEOUT", "4s", "PROXY_FORCE_QUIT_TIMEOUT", "8s");
        first = cluster.worker("worker-1", quick);
        second = cluster.worker("worker-2", quick);
    }

    @AfterEach
    void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void sessionsAndNewStreamsGoOnWithoutTheControlPlaneAndAreReconciledAfterwards() throws IOException {
        List<Publisher> publishers = new ArrayList<>();
        try (Publisher known = new Publisher(first.rtmp("live/known"), recording);
                Playback viewer = Playback.of(second.rtmp("live/known"))) {
            viewer.awaitMoreFrames(10, SOON);
            cluster.controlPlane().kill();

            viewer.awaitMoreFrames(50, SOON);
            try (Playback late = Playback.of(second.rtmp("live/known"))) {
                late.awaitMoreFrames(10, SOON);
            }
            for (int i = 0; i < 6; i++) {
                String stream = "unknown" + i;
                publishers.add(new Publisher(first.rtmp("live/" + stream), recording));
                try (Playback other = Playback.of(second.rtmp("live/" + stream))) {
                    other.awaitMoreFrames(5, SOON);
                }
                assertThat(cluster.recorder().origins("play", stream))
                        .as("both workers place %s alike", stream)
                        .isEqualTo(cluster.recorder().origins("publish", stream));
            }

            cluster.controlPlane().restart();
            for (int i = 0; i < 6; i++) {
                String stream = "unknown" + i;
                NginxOrigin origin = origin(cluster.awaitOrigin("publish", stream, 1));
                Await.until(
                        SOON,
                        stream + " is bound where it lives",
                        () -> cluster.boundOrigin(stream)
                                .equals(Optional.of(Cluster.id(origin).value())),
                        () -> "bound to " + cluster.boundOrigin(stream) + ", lives on " + Cluster.id(origin));
            }
            viewer.awaitMoreFrames(25, SOON);
            known.check();
            publishers.forEach(Publisher::check);
            assertThat(cluster.recorder().calls("publish", "known")).hasSize(1);
        } finally {
            for (Publisher publisher : publishers) {
                publisher.close();
            }
        }
    }

    @Test
    void streamsOfADeadOriginGoElsewhereAtThePublishersNextAttempt() throws IOException {
        NginxOrigin dead;
        try (RtmpClient publisher = RtmpClient.publish(first.rtmp("live/moves"))) {
            dead = origin(cluster.awaitOrigin("publish", "moves", 1));
            dead.kill();
            publisher.readToEndQuietly();
        }
        long began = System.nanoTime();
        try (RtmpClient again = RtmpClient.publish(first.rtmp("live/moves"));
                RtmpClient viewer = RtmpClient.play(second.rtmp("live/moves"))) {
            assertThat(again.isOpen() && viewer.isOpen()).isTrue();
            String now = cluster.awaitOrigin("publish", "moves", 2);
            assertThat(now).isNotEqualTo(dead.name());
            assertThat(cluster.awaitOrigin("play", "moves", 1)).isEqualTo(now);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));

        Await.pass(NOTICED);
        List<RtmpClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 10; i++) {
                long asked = System.nanoTime();
                clients.add(RtmpClient.publish((i % 2 == 0 ? first : second).rtmp("live/after" + i)));
                assertThat(Duration.ofNanos(System.nanoTime() - asked))
                        .as("a new stream is not tried at the dead origin")
                        .isLessThan(NOTICED);
            }
        } finally {
            closeAll(clients);
        }
        assertThat(cluster.originNode(dead).path("state").asText()).isNotEqualTo("up");
    }

    @Test
    void anOriginThatHangsLosesNewStreamsButNotItsPlace() throws IOException {
        String frozenName;
        try (RtmpClient publisher = RtmpClient.publish(first.rtmp("live/before"))) {
            assertThat(publisher.isOpen()).isTrue();
            frozenName = cluster.awaitOrigin("publish", "before", 1);
        }
        NginxOrigin frozen = origin(frozenName);
        cluster.freeze(frozen);
        List<RtmpClient> clients = new ArrayList<>();
        try {
            // Somebody has to find out; from the first time-out on it is known.
            for (int i = 0; i < 6; i++) {
                clients.add(RtmpClient.publish(first.rtmp("live/during" + i)));
                assertThat(cluster.awaitOrigin("publish", "during" + i, 1)).isNotEqualTo(frozenName);
            }
        } finally {
            cluster.thaw(frozen);
            closeAll(clients);
        }
        Await.until(
                SOON,
                "the origin is up again",
                () -> cluster.originNode(frozen).path("state").asText().equals("up"),
                () -> cluster.originNode(frozen).toString());
    }

    @Test
    void aRestartedOriginIsTheSameOriginInANewIncarnation() throws IOException {
        NginxOrigin restarted;
        try (RtmpClient publisher = RtmpClient.publish(first.rtmp("live/returns"))) {
            restarted = origin(cluster.awaitOrigin("publish", "returns", 1));
            restarted.kill();
            publisher.readToEndQuietly();
        }
        restarted.restart();
        Await.until(
                SOON,
                "the restart is an event",
                () -> !cluster.controlPlane()
                        .api()
                        .get("/api/v1/events?kind=origin-restarted&subject=" + Cluster.id(restarted))
                        .items()
                        .isEmpty());
        Http api = cluster.controlPlane().api();
        assertThat(api.get("/api/v1/origins").items()).hasSize(3);
        assertThat(cluster.originNode(restarted).path("state").asText()).isEqualTo("up");
        try (RtmpClient publisher = RtmpClient.publish(first.rtmp("live/returns"));
                RtmpClient viewer = RtmpClient.play(second.rtmp("live/returns"))) {
            assertThat(publisher.isOpen() && viewer.isOpen()).isTrue();
            assertThat(cluster.awaitOrigin("play", "returns", 1))
                    .isEqualTo(cluster.awaitOrigin("publish", "returns", 2));
        }
    }

    @Test
    void clientsOfADeadWorkerLandOnTheSameOriginThroughAnother() throws IOException {
        try (Publisher untouched = new Publisher(second.rtmp("live/untouched"), recording);
                RtmpClient publisher = RtmpClient.publish(first.rtmp("live/reconnects"))) {
            String origin = cluster.awaitOrigin("publish", "reconnects", 1);
            first.kill();
            publisher.readToEndQuietly();
            // The origin needs a moment to see that its publisher is gone.
            Await.until(
                    SOON,
                    "the origin saw the publisher leave",
                    () -> !cluster.recorder()
                            .calls("publish_done", "reconnects")
                            .isEmpty());
            try (RtmpClient again = RtmpClient.publish(second.rtmp("live/reconnects"));
                    RtmpClient viewer = RtmpClient.play(second.rtmp("live/reconnects"))) {
                assertThat(again.isOpen() && viewer.isOpen()).isTrue();
                assertThat(cluster.awaitOrigin("publish", "reconnects", 2)).isEqualTo(origin);
                assertThat(cluster.awaitOrigin("play", "reconnects", 1)).isEqualTo(origin);
            }
            untouched.check();
        }
    }

    @Test
    void aWorkerAskedToStopTakesNobodyNewAndLetsSessionsGoOnForAWhile() throws IOException {
        try (Publisher publisher = new Publisher(second.rtmp("live/drained"), recording);
                Playback viewer = Playback.of(first.rtmp("live/drained"))) {
            viewer.awaitMoreFrames(10, SOON);
            first.process().terminate();
            Await.until(
                    Duration.ofSeconds(2),
                    "nobody new is taken",
                    () -> !Listening.at(first.port()),
                    () -> first.process().lastOutput());
            assertThat(first.management().get("/q/health/ready").status()).isNotEqualTo(200);
            viewer.awaitMoreFrames(25, Duration.ofSeconds(3));
            assertThat(first.process().awaitExit(Duration.ofSeconds(12)))
                    .as("a drain is no failure")
                    .isZero();
            Await.until(SOON, "the viewer was told", viewer::hasEnded);
            publisher.check();
        }
    }

    @Test
    void whatAnOperatorSetSurvivesTheControlPlanesDeath() {
        NginxOrigin origin = origins.getFirst();
        String path = "/api/v1/origins/" + Cluster.id(origin);
        Http.Answer changed = cluster.controlPlane()
                .api()
                .send("PATCH", path, "{\"admission\":\"cordoned\",\"weight\":7,\"labels\":{\"rack\":\"r1\"}}");
        assertThat(changed.status()).as(changed.text()).isEqualTo(200);

        cluster.controlPlane().kill();
        cluster.controlPlane().restart();

        Await.until(
                SOON,
                "the origin is back with what the operator said",
                () -> {
                    var node = cluster.originNode(origin);
                    return node.path("admission").asText().equals("cordoned")
                            && node.path("weight").asInt() == 7
                            && node.path("labels").path("rack").asText().equals("r1");
                },
                () -> cluster.originNode(origin).toString());
    }

    private NginxOrigin origin(String name) {
        return origins.stream()
                .filter(origin -> origin.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no origin " + name));
    }

    private static void closeAll(List<RtmpClient> clients) throws IOException {
        for (RtmpClient client : clients) {
            client.close();
        }
    }
}
