package io.millrace.cluster.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.cluster.fixture.Playback;
import io.millrace.cluster.load.Publisher;
import io.millrace.cluster.network.SlowPipe;
import io.millrace.cluster.plane.ControlPlane;
import io.millrace.cluster.store.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Outages of Redis and of control planes that take longer than a test of every build may; {@code make drill}. */
class RedisDrill extends SharedStateScenario {

    private static final Duration PAUSE = Duration.ofSeconds(30);

    private @Nullable RedisServer started;
    private @Nullable SlowPipe opened;

    @Override
    List<Map<String, String>> controlPlanes() throws IOException {
        Path disk = Files.createDirectories(disk());
        // Saves after each second in which something changed, so that a full disk is noticed.
        RedisServer redis = RedisServer.start(
                disk, List.of("--save", "1 1", "--appendonly", "no", "--enable-protected-configs", "yes"));
        started = redis;
        SlowPipe pipe = new SlowPipe(redis.port());
        opened = pipe;
        return Collections.nCopies(3, redis.settings(pipe.port()));
    }

    @Override
    void stopStore() {
        if (opened != null) {
            opened.close();
        }
        if (started != null) {
            started.close();
        }
    }

    private Path disk() {
        return folder.resolve("redis");
    }

    private RedisServer redis() {
        return Objects.requireNonNull(started);
    }

    private SlowPipe pipe() {
        return Objects.requireNonNull(opened);
    }

    /** Streams come every few seconds, and a viewer of the first one looks on all the time. */
    private void liveThrough(Playback viewer, Duration time, String name) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        int streams = 0;
        do {
            boolean even = streams % 2 == 0;
            publish(name + streams++, even ? first : second, even ? second : first);
            viewer.awaitMoreFrames(50, SOON);
        } while (System.nanoTime() < end);
        assertThat(streams).isPositive();
    }

    private void awaitAllBound(String name) {
        for (int i = 0; cluster.recorder().calls("publish", name + i).size() > 0; i++) {
            awaitBound(three, name + i);
            nobodyNoticed(name + i);
        }
    }

    @Test
    void aStoreThatIsPausedForHalfAMinute() throws IOException {
        publish("known", first, second);
        try (Playback viewer = Playback.of(second.rtmp("live/known"))) {
            redis().process().suspend();
            awaitReady(false);
            liveThrough(viewer, PAUSE, "paused");
            redis().process().resume();
            awaitReady(true);
            awaitAllBound("paused");
            awaitBound(one, "known");
            viewer.awaitMoreFrames(20, SOON);
            nobodyNoticed("known");
        }
    }

    @Test
    void aStoreThatIsSlowByTwoSeconds() throws IOException {
        publish("known", first, second);
        try (Playback viewer = Playback.of(second.rtmp("live/known"))) {
            pipe().slowBy(Duration.ofSeconds(1));
            awaitReady(false);
            liveThrough(viewer, Duration.ofSeconds(15), "slow");
            pipe().slowBy(Duration.ZERO);
            awaitReady(true);
            awaitAllBound("slow");
            nobodyNoticed("known");
        }
    }

    @Test
    void aStoreWhoseDiskIsFull() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root may mount a small disk");
        Path small = Files.createDirectories(folder.resolve("small"));
        run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", small.toString());
        try {
            publish("known", first, second);
            try (Playback viewer = Playback.of(second.rtmp("live/known"))) {
                Files.write(small.resolve("filler"), new byte[200 * 1024]);
                Path filler = small.resolve("rest");
                fill(filler);
                run("redis-cli", "-p", Integer.toString(redis().port()), "config", "set", "dir", small.toString());
                awaitReady(false);
                assertThat(one.management().get("/q/health/ready").text()).contains("MISCONF");
                liveThrough(viewer, Duration.ofSeconds(10), "full");
                Files.delete(small.resolve("filler"));
                Files.delete(filler);
                awaitReady(true);
                awaitAllBound("full");
                nobodyNoticed("known");
            }
        } finally {
            redis().close();
            run("umount", small.toString());
        }
    }

    @Test
    void aControlPlaneThatIsKilledInTheMiddleOfAStormOfNewStreams() throws Exception {
        int streams = 24;
        List<Publisher> storm = new ArrayList<>();
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Publisher>> coming = new ArrayList<>();
            for (int i = 0; i < streams; i++) {
                String url = (i % 2 == 0 ? first : second).rtmp("live/storm" + i);
                coming.add(pool.submit(() -> new Publisher(url, recording)));
                if (i == streams / 2) {
                    two.kill();
                }
            }
            for (Future<Publisher> each : coming) {
                storm.add(each.get(30, TimeUnit.SECONDS));
            }
            for (int i = 0; i < streams; i++) {
                awaitBound(three, "storm" + i);
                try (Playback viewer = Playback.of((i % 2 == 0 ? second : first).rtmp("live/storm" + i))) {
                    viewer.awaitMoreFrames(2, SOON);
                }
                assertThat(cluster.recorder().origins("play", "storm" + i))
                        .isEqualTo(cluster.recorder().origins("publish", "storm" + i))
                        .hasSize(1);
            }
            storm.forEach(Publisher::check);
        } finally {
            for (Publisher publisher : storm) {
                publisher.close();
            }
        }
    }

    @Test
    void everythingIsStoppedAndTheStoreIsLostBesides() throws IOException {
        assertThat(weigh(one, origins.getLast(), 7)).isEqualTo(200);
        publish("known", first, second);
        try (Playback viewer = Playback.of(second.rtmp("live/known"))) {
            cluster.controlPlanes().forEach(ControlPlane::kill);
            redis().kill();
            Files.deleteIfExists(disk().resolve("dump.rdb"));
            liveThrough(viewer, Duration.ofSeconds(5), "nobody");
            redis().restart();
            cluster.controlPlanes().forEach(ControlPlane::restart);
            awaitBound(one, "known");
            awaitAllBound("nobody");
            for (ControlPlane each : cluster.controlPlanes()) {
                assertThat(weight(each, origins.getLast())).isEqualTo(7);
            }
            awaitOneTable();
            nobodyNoticed("known");
        }
    }

    private static void fill(Path file) throws IOException {
        try (var out = Files.newOutputStream(file)) {
            byte[] page = new byte[4096];
            while (true) {
                out.write(page);
            }
        } catch (IOException full) {
            if (!String.valueOf(full.getMessage()).contains("No space left")) {
                throw full;
            }
        }
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }
}
