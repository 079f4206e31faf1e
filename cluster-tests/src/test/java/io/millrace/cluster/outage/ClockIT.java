package io.millrace.cluster.outage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.cluster.fixture.Cluster;
import io.millrace.cluster.fixture.Playback;
import io.millrace.cluster.fixture.SetClock;
import io.millrace.cluster.load.Publisher;
import io.millrace.cluster.origin.Ffmpeg;
import io.millrace.cluster.origin.NginxOrigin;
import io.millrace.cluster.plane.ControlPlane;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.process.Ports;
import io.millrace.cluster.rtmp.FlvTag;
import io.millrace.cluster.store.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What time does to a control plane: its clock is set, its process stands still while streams are live, it starts for the first time and again. */
@Execution(ExecutionMode.CONCURRENT)
class ClockIT {

    private static final Duration SOON = Duration.ofSeconds(15);

    /** Longer than the control plane waits for a worker's reports. */
    private static final Duration LONGER_THAN_PATIENCE = Duration.ofSeconds(10);

    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** Silence until an origin is probed, and the probe. */
    private static final Duration FOUND_OUT = Duration.ofSeconds(40);

    /** In which whatever was decided wrongly would show. */
    private static final Duration A_WHILE = Duration.ofSeconds(5);

    @TempDir
    private static Path samples;

    private static List<FlvTag> recording;

    @TempDir
    private Path folder;

    @BeforeAll
    static void record() throws IOException {
        recording = FlvTag.readFile(Ffmpeg.makeSample(samples, Ffmpeg.Sample.SMALL));
    }

    @Test
    void nothingIsLostWhenTheClockIsSetForwardsOrBackwards() throws IOException {
        SetClock clock = new SetClock(folder);
        try (Cluster cluster = new Cluster(folder, clock.settings())) {
            NginxOrigin carries = cluster.origin("origin-a");
            NginxOrigin closed = cluster.origin("origin-b");
            Worker worker = cluster.worker("worker-1", clock.settings());
            admit(cluster, closed, "cordoned");
            try (Publisher publisher = new Publisher(worker.rtmp("live/show"), recording);
                    Playback viewer = Playback.of(worker.rtmp("live/show"))) {
                viewer.awaitMoreFrames(10, SOON);
                Await.until(SOON, "the stream is bound", () -> isAt(cluster, "live/show"));
                // Nobody else could take the stream, so it has to stay where it is as long as it is live.
                admit(cluster, carries, "draining");
                for (int seconds : List.of(60, 0, -60, 3_600, 0)) {
                    clock.ahead(Duration.ofSeconds(seconds));
                    Await.pass(A_WHILE);
                    assertThat(shownAhead(cluster))
                            .as("the clock was set by %d s", seconds)
                            .isBetween(seconds - 3L, seconds + 3L);
                    assertNothingLost(cluster);
                    assertThat(cluster.boundOrigin("show"))
                            .contains(Cluster.id(carries).value());
                    publisher.check();
                    viewer.awaitMoreFrames(10, SOON);
                }
                assertThat(cluster.controlPlane().process().output())
                        .noneMatch(line -> line.contains("the process stood still"));
            }
        }
    }

    @Test
    void aClockThatIsSetBackStopsNoTimeout() throws IOException {
        SetClock clock = new SetClock(folder);
        try (Cluster cluster = new Cluster(folder, clock.settings())) {
            NginxOrigin dies = cluster.origin("origin-a");
            cluster.origin("origin-b");
            Worker worker = cluster.worker("worker-1", clock.settings());
            clock.ahead(Duration.ofHours(-1));
            Await.until(SOON, "the clock is set", () -> shownAhead(cluster) < -3_000);
            dies.kill();
            worker.kill();
            Await.until(
                    SOON,
                    "the worker is lost",
                    () -> phase(cluster).equals("lost"),
                    () -> cluster.controlPlane().api().get("/api/v1/workers").text());
            Await.until(
                    FOUND_OUT,
                    "the origin is down",
                    () -> cluster.originNode(dies).path("state").asText().equals("down"),
                    () -> cluster.originNode(dies).toString());
        }
    }

    @Test
    void clocksThatDifferAreMeasuredAndShownAndDecideNothingOnRedis() throws IOException {
        try (RedisServer redis = RedisServer.start(Files.createDirectories(folder.resolve("redis")))) {
            differ(redis.settings(), redis.settings());
        }
    }

    @Test
    void clocksThatDifferAreMeasuredAndShownAndDecideNothingInAMesh() throws IOException {
        String one = "127.0.0.1:" + Ports.reserve();
        String two = "127.0.0.1:" + Ports.reserve();
        differ(member(one, one, two), member(two, one, two));
    }

    private static Map<String, String> member(String self, String... all) {
        return Map.of(
                "PROXY_LOAD_BALANCER_TYPE",
                "mesh",
                "MILLRACE_MESH_LISTEN",
                self,
                "MILLRACE_MESH_PEERS",
                String.join(",", all));
    }

    private void differ(Map<String, String> first, Map<String, String> second) throws IOException {
        SetClock clock = new SetClock(folder);
        Map<String, String> ahead = new HashMap<>(second);
        ahead.putAll(clock.settings());
        clock.ahead(MINUTE);
        try (Cluster cluster = new Cluster(folder, List.of(first, ahead))) {
            ControlPlane right = cluster.controlPlanes().getFirst();
            ControlPlane wrong = cluster.controlPlanes().getLast();
            cluster.origin("origin-a");
            cluster.origin("origin-b");
            Worker one = worker(cluster, "worker-1", right);
            Worker two = worker(cluster, "worker-2", wrong);
            try (Publisher _ = new Publisher(one.rtmp("live/show"), recording);
                    Playback viewer = Playback.of(two.rtmp("live/show"))) {
                viewer.awaitMoreFrames(10, SOON);
                awaitDifference(right, 60);
                awaitDifference(wrong, -60);
                assertThat(right.process().output())
                        .anyMatch(line -> line.contains("clocks differ") && line.contains("aheadMillis="));
                clock.ahead(MINUTE.negated());
                awaitDifference(right, -60);
                awaitDifference(wrong, 60);
                Await.pass(LONGER_THAN_PATIENCE);
                for (ControlPlane each : cluster.controlPlanes()) {
                    assertNothingLost(each);
                    assertThat(Cluster.boundOrigin(each, "show")).isPresent();
                }
                viewer.awaitMoreFrames(10, SOON);
                clock.ahead(Duration.ZERO);
                Await.until(
                        SOON,
                        "they agree again",
                        () -> right.process().output().stream().anyMatch(line -> line.contains("clocks agree again")),
                        () -> right.process().lastOutput());
            }
        }
    }

    @Test
    void nothingIsLostWhenTheProcessStandsStill() throws IOException {
        try (Cluster cluster = new Cluster(folder)) {
            cluster.origin("origin-a");
            cluster.origin("origin-b");
            Worker worker = cluster.worker("worker-1");
            try (Publisher _ = new Publisher(worker.rtmp("live/show"), recording);
                    Playback viewer = Playback.of(worker.rtmp("live/show"))) {
                viewer.awaitMoreFrames(10, SOON);
                Await.until(SOON, "the stream is bound", () -> isAt(cluster, "live/show"));
                cluster.controlPlane().process().suspend();
                Await.pass(LONGER_THAN_PATIENCE);
                cluster.controlPlane().process().resume();
                Await.pass(A_WHILE);
                assertNothingLost(cluster);
                assertThat(cluster.controlPlane().process().output())
                        .anyMatch(line -> line.contains("the process stood still"));
                viewer.awaitMoreFrames(10, SOON);
            }
        }
    }

    @Test
    void aNewControlPlanePlacesAtOnceAndOneThatWasThereBeforeWaits() throws IOException {
        Map<String, String> patient = Map.of("MILLRACE_REBUILD_WINDOW", "20s");
        try (Cluster cluster = new Cluster(folder, patient)) {
            long began = System.nanoTime();
            cluster.origin("origin-a");
            Worker worker = cluster.worker("worker-1");
            try (Publisher _ = new Publisher(worker.rtmp("live/show"), recording);
                    Playback viewer = Playback.of(worker.rtmp("live/show"))) {
                viewer.awaitMoreFrames(10, SOON);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
            cluster.controlPlane().kill();
            long restarted = System.nanoTime();
            cluster.controlPlane().restart();
            assertThat(Duration.ofNanos(System.nanoTime() - restarted))
                    .as("until there is a table")
                    .isGreaterThan(Duration.ofSeconds(20));
        }
    }

    private static Worker worker(Cluster cluster, String name, ControlPlane reportsTo) {
        return cluster.worker(name, "127.0.0.1", reportsTo.url(), Map.of(), List.of());
    }

    private static void admit(Cluster cluster, NginxOrigin origin, String admission) {
        assertThat(cluster.controlPlane()
                        .api()
                        .send("PATCH", "/api/v1/origins/" + Cluster.id(origin), "{\"admission\":\"" + admission + "\"}")
                        .status())
                .isEqualTo(200);
    }

    /** How far the other one's clock is ahead, as the one that is asked shows it in its list and as a metric. */
    private static void awaitDifference(ControlPlane asked, long seconds) {
        Await.until(
                SOON,
                "the other clock is " + seconds + " s ahead",
                () -> Math.abs(shownDifference(asked) - seconds) < 2
                        && Math.abs(metric(asked, "millrace_peers_clock_difference_seconds") - Math.abs(seconds)) < 2,
                () -> asked.api().get("/api/v1/control-planes").text());
    }

    private static double shownDifference(ControlPlane asked) {
        return asked.api().get("/api/v1/control-planes").items().stream()
                .filter(each -> !each.path("self").asBoolean())
                .mapToDouble(each -> each.path("clockAheadMillis").asDouble(Double.NaN) / 1_000)
                .findFirst()
                .orElse(Double.NaN);
    }

    private static double metric(ControlPlane asked, String name) {
        return asked.management()
                .get("/q/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElse(Double.NaN);
    }

    /** By how much what the control plane shows is ahead of the clock here. */
    private static long shownAhead(Cluster cluster) {
        Instant shown = Instant.parse(onlyWorker(cluster).path("lastHeardAt").asText());
        return Duration.between(Instant.now(), shown).toSeconds();
    }

    /** It is ready a moment before it has enrolled. */
    private static JsonNode onlyWorker(Cluster cluster) {
        Await.until(
                SOON,
                "the worker has enrolled",
                () -> !cluster.controlPlane()
                        .api()
                        .get("/api/v1/workers")
                        .items()
                        .isEmpty());
        return cluster.controlPlane().api().get("/api/v1/workers").items().getFirst();
    }

    private static String phase(Cluster cluster) {
        return onlyWorker(cluster).path("phase").asText();
    }

    private static boolean isAt(Cluster cluster, String stream) {
        return cluster.controlPlane().api().get("/api/v1/streams").text().contains(stream.substring(5));
    }

    private static void assertNothingLost(Cluster cluster) {
        assertNothingLost(cluster.controlPlane());
        assertThat(isAt(cluster, "live/show")).isTrue();
    }

    private static void assertNothingLost(ControlPlane asked) {
        assertThat(asked.api().get("/api/v1/events?limit=1000").text())
                .contains("worker-enrolled")
                .doesNotContain("worker-lost")
                .doesNotContain("stream-unbound")
                .doesNotContain("stream-moved")
                .doesNotContain("-> down")
                .doesNotContain("up -> suspect");
        assertThat(asked.api().get("/api/v1/workers").items())
                .extracting(worker -> worker.path("phase").asText())
                .isNotEmpty()
                .containsOnly("serving");
    }
}
