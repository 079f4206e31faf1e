package io.millrace.cluster.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cluster.fixture.Cluster;
import io.millrace.cluster.load.Publisher;
import io.millrace.cluster.origin.Ffmpeg;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.rtmp.FlvTag;
import io.millrace.cluster.rtmp.Message;
import io.millrace.cluster.rtmp.RtmpClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everybody comes at once. */
class StormIT {

    private static final int VIEWERS = 1_000;
    private static final long MEGABYTE = 1L << 20;

    @TempDir
    private static Path folder;

    @Test
    void servesAThousandViewersThatConnectInOneMoment() throws Exception {
        List<FlvTag> recording = FlvTag.readFile(Ffmpeg.makeSample(folder, Ffmpeg.Sample.SMALL));
        try (Cluster cluster = new Cluster(folder)) {
            cluster.origin("origin");
            Worker worker = cluster.worker("worker");
            try (Publisher publisher = new Publisher(worker.rtmp("live/storm"), recording)) {
                cluster.awaitOrigin("publish", "storm", 1);
                CountDownLatch go = new CountDownLatch(1);
                CountDownLatch served = new CountDownLatch(VIEWERS);
                try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
                    List<Future<Integer>> viewers = new ArrayList<>();
                    Callable<Integer> viewer = () -> {
                        go.await();
                        return view(worker.rtmp("live/storm"), served);
                    };
                    for (int i = 0; i < VIEWERS; i++) {
                        viewers.add(pool.submit(viewer));
                    }
                    go.countDown();
                    for (Future<Integer> each : viewers) {
                        assertThat(each.get()).isPositive();
                    }
                }
                publisher.check();
                assertThat(worker.residentBytes()).isLessThan(400 * MEGABYTE);
                assertThat(worker.metric("millrace_rejects_total")).isZero();
                assertThat(worker.management().get("/q/health/live").status()).isEqualTo(200);
                Await.until(
                        Duration.ofSeconds(10),
                        "only the publisher is left",
                        () -> worker.metric("millrace_sessions_open") == 1,
                        () -> "open: " + worker.metric("millrace_sessions_open"));
                assertThat(worker.process().output())
                        .noneMatch(line -> line.startsWith("\tat ") || line.contains("LEAK:"));
            }
        }
    }

    /** Stays until all have seen a frame, or one of them has failed. */
    private static int view(String url, CountDownLatch served) throws IOException {
        int frames = 0;
        try (RtmpClient client = RtmpClient.play(url)) {
            while (served.getCount() > 0 || frames == 0) {
                if (client.read().type() == Message.VIDEO && frames++ == 0) {
                    served.countDown();
                }
            }
        } catch (IOException e) {
            while (served.getCount() > 0) {
                served.countDown();
            }
            throw e;
        }
        return frames;
    }
}
