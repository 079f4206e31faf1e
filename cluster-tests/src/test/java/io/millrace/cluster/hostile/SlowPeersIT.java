package io.millrace.cluster.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cluster.fixture.Cluster;
import io.millrace.cluster.fixture.Playback;
import io.millrace.cluster.load.Publisher;
import io.millrace.cluster.origin.Ffmpeg;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.rtmp.FlvTag;
import io.millrace.cluster.rtmp.RtmpClient;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Peers of a worker that read nothing: viewers, clients with questions, whoever reads its log. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SlowPeersIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int MEGABYTE = 1 << 20;

    /** Each session says when it opens and when it ends: together several times what a pipe and the queue before it hold. */
    private static final int SESSIONS = 6_000;

    @TempDir
    private static Path folder;

    private Cluster cluster;
    private Worker worker;
    private List<FlvTag> recording;

    @BeforeAll
    void start() throws IOException {
        recording = FlvTag.readFile(Ffmpeg.makeSample(folder, Ffmpeg.Sample.SMALL));
        cluster = new Cluster(folder);
        cluster.origin("origin");
        worker = cluster.worker("worker", "127.0.0.1", Map.of(), List.of());
    }

    @AfterAll
    void stop() throws IOException {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void everyBufferComesBackWhenTheSessionsHaveEnded() throws Exception {
        try (Publisher publisher = new Publisher(worker.rtmp("live/buffers"), recording)) {
            List<RtmpClient> unread = new ArrayList<>();
            try (Playback viewer = Playback.of(worker.rtmp("live/buffers"))) {
                for (int i = 0; i < 10; i++) {
                    unread.add(RtmpClient.play(worker.rtmp("live/buffers")));
                }
                viewer.awaitMoreFrames(100, SOON);
                publisher.check();
            } finally {
                for (RtmpClient client : unread) {
                    client.close();
                }
            }
        }
        Await.until(
                SOON,
                "no buffer in use",
                () -> worker.metric("millrace_buffers_reading") == 0
                        && worker.metric("millrace_pending_bytes") == 0
                        && worker.metric("millrace_buffers_pooled_bytes") < MEGABYTE,
                () -> worker.metric("millrace_buffers_reading") + " buffers for reading, "
                        + worker.metric("millrace_pending_bytes") + " bytes pending, "
                        + worker.metric("millrace_buffers_pooled_bytes") + " bytes pooled");
    }

    /** It took 450 MB in 8 s once. */
    @Test
    void clientsThatAskWithoutReadingAnswersCostNoMemory() throws Exception {
        byte[] questions = "OPTIONS rtsp://a/live/cam RTSP/1.0\r\nCSeq: 1\r\n\r\n"
                .repeat(1_000)
                .getBytes(StandardCharsets.US_ASCII);
        long before = worker.residentBytes();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(Thread.ofPlatform().start(() -> ask(questions)));
        }
        for (Thread client : clients) {
            client.join();
        }
        assertThat(worker.residentBytes() - before).isLessThan(80L * MEGABYTE);
    }

    /** As fast as it can for five seconds. */
    private void ask(byte[] questions) {
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(16 * 1024);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), worker.rtspPort()));
            OutputStream out = socket.getOutputStream();
            Thread.ofVirtual().start(() -> closeLater(socket));
            while (true) {
                out.write(questions);
            }
        } catch (IOException closed) {
            assertThat(closed).isNotNull();
        }
    }

    private static void closeLater(Socket socket) {
        Await.pass(Duration.ofSeconds(5));
        try {
            socket.close();
        } catch (IOException e) {
            assertThat(e).isNull();
        }
    }

    @Test
    void mediaGoesOnWhileNobodyReadsTheLog() throws Exception {
        try (Publisher publisher = new Publisher(worker.rtmp("live/quiet"), recording);
                Playback viewer = Playback.of(worker.rtmp("live/quiet"))) {
            viewer.awaitMoreFrames(25, SOON);
            worker.process().stopReadingOutput();
            try {
                byte[] request = "GET /live/nowhere.flv HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII);
                for (int i = 0; i < SESSIONS; i++) {
                    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), worker.httpPort())) {
                        socket.setSoTimeout((int) SOON.toMillis());
                        socket.getOutputStream().write(request);
                        assertThat(socket.getInputStream().read()).isEqualTo('H');
                    } catch (SocketTimeoutException e) {
                        throw new AssertionError("no answer to request " + i, e);
                    }
                }
                assertThat(worker.metric("millrace_log_dropped_total")).isPositive();
                viewer.awaitMoreFrames(50, SOON);
                publisher.check();
            } finally {
                worker.process().readOutputAgain();
            }
            Await.until(
                    SOON,
                    "a line that says how many were dropped",
                    () -> worker.process().lastOutput().contains("log lines dropped count="),
                    () -> "dropped " + worker.metric("millrace_log_dropped_total"));
        }
    }
}
