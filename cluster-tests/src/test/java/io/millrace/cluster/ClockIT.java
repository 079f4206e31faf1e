package io.millrace.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cluster.load.Publisher;
import io.millrace.cluster.rtmp.FlvTag;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What time does to a control plane: its process stands still while streams are live, and it starts for the first time and again. */
class ClockIT {

    private static final Duration SOON = Duration.ofSeconds(15);

    /** Longer than the control plane waits for a worker's reports. */
    private static final Duration LONGER_THAN_PATIENCE = Duration.ofSeconds(10);

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

    private static boolean isAt(Cluster cluster, String stream) {
        return cluster.controlPlane().api().get("/api/v1/streams").text().contains(stream.substring(5));
    }

    private static void assertNothingLost(Cluster cluster) {
        String events =
                cluster.controlPlane().api().get("/api/v1/events?limit=1000").text();
        assertThat(events)
                .contains("worker-enrolled")
                .doesNotContain("worker-lost")
                .doesNotContain("stream-unbound")
                .doesNotContain("stream-moved")
                .doesNotContain("-> down")
                .doesNotContain("up -> suspect");
        assertThat(cluster.controlPlane()
                        .api()
                        .get("/api/v1/workers")
                        .items()
                        .getFirst()
                        .path("phase")
                        .asText())
                .isEqualTo("serving");
        assertThat(isAt(cluster, "live/show")).isTrue();
    }
}
