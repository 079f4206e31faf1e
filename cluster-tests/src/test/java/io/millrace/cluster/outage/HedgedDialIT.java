package io.millrace.cluster.outage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cluster.fixture.Cluster;
import io.millrace.cluster.origin.NginxOrigin;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.rtmp.RtmpClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One of two origins stands still: its kernel goes on to accept connections, and nobody answers them. */
class HedgedDialIT {

    private static final Duration PUBLISHING_WITHIN = Duration.ofMillis(1_500);
    private static final Duration HEDGE_AFTER = Duration.ofMillis(500);
    private static final int STREAMS = 6;

    @TempDir
    private Path folder;

    private Cluster cluster;
    private NginxOrigin frozen;
    private NginxOrigin healthy;
    private Worker first;
    private Worker second;

    @BeforeEach
    void start() throws IOException {
        cluster = new Cluster(folder);
        frozen = cluster.origin("origin-a");
        healthy = cluster.origin("origin-b");
        first = cluster.worker("worker-1");
        second = cluster.worker("worker-2");
        // Everything has been loaded and compiled once, so that what is measured is the waiting.
        for (Worker worker : List.of(first, second)) {
            RtmpClient.publish(worker.rtmp("live/warm-" + worker.port())).close();
        }
        cluster.freeze(frozen);
    }

    @AfterEach
    void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void theFirstPublisherOfANewStreamWaitsForAFrozenOriginNoLongerThanItMust() throws IOException {
        List<RtmpClient> open = new ArrayList<>();
        List<Duration> took = new ArrayList<>();
        try {
            for (int i = 0; i < STREAMS; i++) {
                long began = System.nanoTime();
                open.add(RtmpClient.publish(first.rtmp("live/new" + i)));
                took.add(Duration.ofNanos(System.nanoTime() - began));
                // Viewers on the other worker find it where it went.
                open.add(RtmpClient.play(second.rtmp("live/new" + i)));
            }
            assertThat(took).allSatisfy(each -> assertThat(each).isLessThan(PUBLISHING_WITHIN));
            assertThat(took)
                    .as("the frozen origin was the choice of at least one")
                    .anySatisfy(each -> assertThat(each).isGreaterThan(HEDGE_AFTER));
            cluster.thaw(frozen);
            awaitThawed();
            for (int i = 0; i < STREAMS; i++) {
                assertThat(cluster.recorder().calls("publish", "new" + i)).hasSize(1);
                assertThat(cluster.awaitOrigin("publish", "new" + i, 1)).isEqualTo(healthy.name());
                assertThat(cluster.awaitOrigin("play", "new" + i, 1)).isEqualTo(healthy.name());
            }
        } finally {
            for (RtmpClient client : open) {
                client.close();
            }
        }
    }

    @Test
    void twoWorkersThatDoSoForOneStreamEndAtOneOrigin() throws Exception {
        try (ExecutorService clients = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < STREAMS; i++) {
                String stream = "live/both" + i;
                List<Future<Boolean>> publishers = new ArrayList<>();
                for (Worker worker : List.of(first, second)) {
                    publishers.add(clients.submit((Callable<Boolean>) () -> publishes(worker.rtmp(stream))));
                }
                assertThat(List.of(result(publishers.getFirst()), result(publishers.getLast())))
                        .as("one of the two at least is publishing")
                        .contains(true);
            }
        }
        cluster.thaw(frozen);
        awaitThawed();
        for (int i = 0; i < STREAMS; i++) {
            assertThat(cluster.recorder().origins("publish", "both" + i)).containsExactly(healthy.name());
        }
    }

    /** The origin has read everything that waited for it in the kernel once it serves somebody who comes later. */
    private void awaitThawed() throws IOException {
        for (String stream : List.of("after1", "after2")) {
            try (RtmpClient publisher = RtmpClient.publish(frozen.rtmp("live/" + stream))) {
                assertThat(publisher.isOpen()).isTrue();
                cluster.awaitOrigin("publish", stream, 1);
            }
        }
    }

    private static boolean result(Future<Boolean> publisher) throws InterruptedException, ExecutionException {
        return publisher.get();
    }

    /** The origin takes one publisher of a stream and refuses the other. */
    private static boolean publishes(String url) {
        try (RtmpClient publisher = RtmpClient.publish(url)) {
            return publisher.isOpen();
        } catch (IOException refused) {
            return false;
        }
    }
}
