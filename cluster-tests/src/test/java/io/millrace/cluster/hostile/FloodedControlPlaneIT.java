package io.millrace.cluster.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cluster.plane.ControlPlane;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.process.CpuMeter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Anonymous floods of bodies: the control plane, with the heap that it has in production, lives on and answers heartbeats meanwhile. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FloodedControlPlaneIT {

    private static final int LONG_BODY = 9_900_000;
    private static final int CROWD = 40;
    private static final int SLOW_CROWD = 200;
    private static final long MAY_GROW = 160L * 1024 * 1024;
    private static final Duration BEAT_LIMIT = Duration.ofSeconds(2);

    /** Three bytes that are an object for the parser. */
    private static final byte[] DENSE = "{},".repeat(20_000).getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private static Path folder;

    private ControlPlane controlPlane;
    private Beats beats;
    private long residentBefore;

    @BeforeAll
    void start() {
        controlPlane = ControlPlane.start(folder, Map.of(), List.of("-Xmx256m"));
        // So that what the first requests load is there.
        for (int i = 0; i < 200; i++) {
            assertThat(controlPlane.register("warm", 1935, "1", "srs").status()).isEqualTo(200);
        }
    }

    @AfterAll
    void stop() {
        if (controlPlane != null) {
            controlPlane.close();
        }
    }

    @BeforeEach
    void beat() {
        residentBefore = CpuMeter.residentBytes(controlPlane.process().pid());
        beats = new Beats();
    }

    @AfterEach
    void livesOnAndHasAnswered() {
        beats.close();
        assertThat(controlPlane.process().isAlive())
                .as(controlPlane.process().lastOutput())
                .isTrue();
        assertThat(beats.answered()).as("heartbeats during the flood").isGreaterThan(5);
        assertThat(beats.slowest()).as("the slowest heartbeat").isLessThan(BEAT_LIMIT);
        assertThat(CpuMeter.residentBytes(controlPlane.process().pid()) - residentBefore)
                .as("growth of the process in bytes")
                .isLessThan(MAY_GROW);
    }

    @Test
    void longBodiesOfManySmallElementsAreRefused() throws InterruptedException {
        AtomicInteger refused = new AtomicInteger();
        crowd(CROWD, () -> {
            for (int i = 0; i < 5; i++) {
                if (post("/api/v1/origins", "Content-Length: " + LONG_BODY, false) == 413) {
                    refused.incrementAndGet();
                }
            }
        });
        assertThat(refused).hasValueGreaterThan(CROWD);
    }

    @Test
    void bodiesWithoutALengthAreRefused() throws InterruptedException {
        AtomicInteger refused = new AtomicInteger();
        crowd(CROWD, () -> {
            for (int i = 0; i < 5; i++) {
                if (post("/api/v1/origins", "Transfer-Encoding: chunked", true) == 413) {
                    refused.incrementAndGet();
                }
            }
        });
        assertThat(refused).hasValueGreaterThan(CROWD);
    }

    @Test
    void documentsAsLongAsAllowedAndAsDenseAsPossibleAreRefused() throws InterruptedException {
        AtomicInteger refused = new AtomicInteger();
        crowd(CROWD, () -> {
            for (int i = 0; i < 3; i++) {
                int status = put("/api/v1/config", 4 * 1024 * 1024);
                // 0: a client that sends on after it was refused may find the connection closed.
                if (status == 400 || status == 429 || status == 503 || status == 0) {
                    refused.incrementAndGet();
                }
            }
        });
        assertThat(refused).hasValue(3 * CROWD);
    }

    @Test
    void bodiesThatDoNotEndTakeNoThread() throws IOException, InterruptedException {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < SLOW_CROWD; i++) {
                Socket socket = connect();
                slow.add(socket);
                socket.getOutputStream().write(head("POST", "/api/v1/origins", "Content-Length: 60000"));
            }
            for (int round = 0; round < 30; round++) {
                for (Socket socket : slow) {
                    socket.getOutputStream().write('[');
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
            assertThat(beats.answered()).isGreaterThan(5);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void aLineBreakInAPathMakesNoLineInTheLog() {
        assertThat(controlPlane
                        .api()
                        .get("/internal/v1/media-routes/a%0AERROR%20forged%1B%5B2J")
                        .status())
                .isEqualTo(401);
        Await.until(
                Duration.ofSeconds(5),
                "the call in the log",
                () -> controlPlane.process().output().stream()
                        .anyMatch(line -> line.contains("a\\nERROR forged\\u001b[2J")));
        assertThat(controlPlane.process().output()).noneMatch(line -> line.startsWith("ERROR forged"));
        // Long enough for a heartbeat or two, which the others have while they work.
        Await.until(Duration.ofSeconds(10), "heartbeats", () -> beats.answered() > 5);
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void crowd(int size, Step step) throws InterruptedException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, size)
                    .forEach(i -> threads.execute(() -> {
                        try {
                            step.run();
                        } catch (IOException cut) {
                            // The connection was closed while this side was still sending, as it may be.
                            return;
                        }
                    }));
            threads.shutdown();
            assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** @return the status of the answer; 0 where none was read */
    private int post(String path, String length, boolean chunked) throws IOException {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(head("POST", path, length));
            byte[] open = chunked
                    ? (Integer.toHexString(DENSE.length + 1) + "\r\n[").getBytes(StandardCharsets.US_ASCII)
                    : "[".getBytes(StandardCharsets.US_ASCII);
            try {
                out.write(open);
                for (int sent = 0; sent < LONG_BODY && socket.getInputStream().available() == 0; sent += DENSE.length) {
                    if (chunked && sent > 0) {
                        out.write(("\r\n" + Integer.toHexString(DENSE.length) + "\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                    }
                    out.write(DENSE);
                }
            } catch (IOException closed) {
                return status(socket);
            }
            return status(socket);
        }
    }

    private int put(String path, int length) throws IOException {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(head("PUT", path, "Content-Length: " + length));
            try {
                out.write('[');
                for (int sent = 1; sent < length; sent += DENSE.length) {
                    out.write(DENSE, 0, Math.min(DENSE.length, length - sent));
                }
            } catch (IOException closed) {
                return status(socket);
            }
            return status(socket);
        }
    }

    private static int status(Socket socket) {
        try {
            InputStream in = socket.getInputStream();
            String line = new String(in.readNBytes(12), StandardCharsets.US_ASCII);
            return line.length() == 12 ? Integer.parseInt(line.substring(9)) : 0;
        } catch (IOException reset) {
            return 0;
        }
    }

    private Socket connect() throws IOException {
        URI url = URI.create(controlPlane.url());
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), url.getPort());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static byte[] head(String method, String path, String length) {
        return (method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + length
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** An origin that registers all the time. */
    private final class Beats implements AutoCloseable {

        private final List<Duration> took = Collections.synchronizedList(new ArrayList<>());
        private final Thread thread = Thread.ofPlatform().start(this::run);
        private volatile boolean stopped;

        private void run() {
            while (!stopped) {
                long begin = System.nanoTime();
                if (controlPlane.register("beat", 1936, "1", "srs").status() == 200) {
                    took.add(Duration.ofNanos(System.nanoTime() - begin));
                }
            }
        }

        int answered() {
            return took.size();
        }

        Duration slowest() {
            return Collections.max(took);
        }

        @Override
        public void close() {
            stopped = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
