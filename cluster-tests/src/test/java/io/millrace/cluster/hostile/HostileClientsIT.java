package io.millrace.cluster.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cluster.fixture.Cluster;
import io.millrace.cluster.fixture.Playback;
import io.millrace.cluster.load.Publisher;
import io.millrace.cluster.origin.Ffmpeg;
import io.millrace.cluster.origin.NginxOrigin;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.process.Http;
import io.millrace.cluster.rtmp.Amf0;
import io.millrace.cluster.rtmp.FlvTag;
import io.millrace.cluster.rtmp.Message;
import io.millrace.cluster.rtmp.RtmpClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that do what no client should: the worker lets go of them and everybody else is served as before. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileClientsIT {

    private static final Duration SOON = Duration.ofSeconds(15);
    private static final int HANDSHAKE_SECONDS = 3;
    private static final int CROWD = 500;
    private static final int MEGABYTE = 1 << 20;

    @TempDir
    private static Path folder;

    private Cluster cluster;
    private NginxOrigin origin;
    private Worker worker;
    private List<FlvTag> recording;
    private Publisher bystander;

    @BeforeAll
    void start() throws IOException {
        recording = FlvTag.readFile(Ffmpeg.makeSample(folder, Ffmpeg.Sample.SMALL));
        cluster = new Cluster(folder);
        origin = cluster.origin("origin");
        worker = cluster.worker(
                "worker",
                "127.0.0.1",
                Map.of(
                        "MILLRACE_RTMP_HANDSHAKE_TIMEOUT", HANDSHAKE_SECONDS + "s",
                        "MILLRACE_RTMP_COMMAND_TIMEOUT", HANDSHAKE_SECONDS + "s"),
                // A small heap, so that what grows is not hidden in room that the collector had not needed yet.
                List.of("-Xmx96m"));
        bystander = new Publisher(worker.rtmp("live/bystander"), recording);
    }

    @AfterAll
    void stop() throws IOException {
        if (bystander != null) {
            bystander.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @AfterEach
    void everybodyElseIsServedAsBefore() throws IOException {
        assertThat(worker.process().isAlive()).as(worker.process().lastOutput()).isTrue();
        bystander.check();
        try (Playback viewer = Playback.of(worker.rtmp("live/bystander"))) {
            viewer.awaitMoreFrames(10, SOON);
        }
        assertThat(worker.process().output())
                .as("a misbehaving peer is never a stack trace")
                .noneMatch(line -> line.startsWith("\tat ") || line.contains("LEAK:"));
    }

    @Test
    void aViewerThatStopsReadingDoesNotGrowTheWorker() throws IOException {
        int frames = 500;
        int frameBytes = 100 << 10;
        RtmpClient.Target slowTarget = RtmpClient.Target.of(worker.rtmp("live/flood"));
        try (RtmpClient publisher = RtmpClient.publish(origin.rtmp("live/flood"));
                RtmpClient slow = RtmpClient.play(slowTarget);
                Playback steady = Playback.of(worker.rtmp("live/flood"))) {
            slow.socket().setReceiveBufferSize(16 << 10);
            for (FlvTag header : recording.stream().filter(FlvTag::isHeader).toList()) {
                publisher.send(header, 0);
            }
            long before = worker.residentBytes();
            byte[] body = new byte[frameBytes];
            new Random(1).nextBytes(body);
            body[0] = 0x17;
            body[1] = 1;
            for (int i = 0; i < frames; i++) {
                publisher.send(new FlvTag(Message.VIDEO, 0, body), i * 10);
                long sent = (long) (i + 1) * frameBytes;
                // The steady viewer sets the pace: what it has not read yet stays below what the origin queues for it.
                Await.until(
                        SOON,
                        "the steady viewer keeps up",
                        () -> sent - steady.bytes() < 4 * MEGABYTE,
                        () -> steady.bytes() + " of " + sent);
            }
            Await.until(SOON, "the steady viewer has all", () -> steady.bytes() >= (long) frames * frameBytes);
            assertThat(steady.frames()).isGreaterThanOrEqualTo(frames);
            assertThat(worker.residentBytes() - before).isLessThan(64L * MEGABYTE);
            assertThat(slow.isOpen()).isTrue();
        }
    }

    static Stream<Attack> attacks() {
        byte[] noise = new byte[64 << 10];
        new Random(2).nextBytes(noise);
        noise[0] = 0x47;
        byte[] noiseAfterVersion = noise.clone();
        noiseAfterVersion[0] = 3;
        return Stream.of(
                new Attack(
                        "an HTTP request",
                        false,
                        "GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(100).getBytes(StandardCharsets.US_ASCII)),
                new Attack("noise", false, noise),
                new Attack("noise that begins like RTMP", false, noiseAfterVersion),
                new Attack("a TLS hello", false, new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3}),
                new Attack("half a handshake", false, new byte[] {3, 0, 0, 0, 0}),
                new Attack("noise after the handshake", true, noise),
                new Attack("a command of 16 MB", true, chunk(3, 0xfffffe, Message.COMMAND, new byte[128])),
                new Attack(
                        "a video message of 16 MB before publish",
                        true,
                        chunk(6, 0xffffff, Message.VIDEO, new byte[128])),
                new Attack("chunk size 0", true, chunk(2, 4, Message.SET_CHUNK_SIZE, new byte[4])),
                new Attack(
                        "chunk size 2^31-1 and a giant command",
                        true,
                        joined(
                                chunk(2, 4, Message.SET_CHUNK_SIZE, new byte[] {0x7f, -1, -1, -1}),
                                chunk(3, 0xfffffe, Message.COMMAND, new byte[60_000]))),
                new Attack("a header without history", true, new byte[] {(byte) 0xc7, 1, 2, 3}),
                new Attack("objects nested 10,000 deep", true, deeplyNested()),
                new Attack("a string longer than its message", true, chunk(3, 5, Message.COMMAND, new byte[] {
                    2, (byte) 0xff, (byte) 0xff, 'c', 'o'
                })),
                new Attack("publish before connect", true, command("publish", 1, null, "x", "live")),
                new Attack(
                        "a stream name with control characters",
                        true,
                        joined(
                                command("connect", 1, Map.of("app", "live", "tcUrl", "rtmp://127.0.0.1/live")),
                                command("createStream", 2, null),
                                command("publish", 3, null, "a\u0000\r\nb", "live"))),
                new Attack(
                        "nothing after connect",
                        true,
                        command("connect", 1, Map.of("app", "live", "tcUrl", "rtmp://127.0.0.1/live"))));
    }

    /** @param afterHandshake whether a correct handshake goes before */
    record Attack(String name, boolean afterHandshake, Bytes bytes) {

        Attack(String name, boolean afterHandshake, byte[] bytes) {
            this(name, afterHandshake, () -> bytes);
        }

        /** What is sent. */
        interface Bytes {
            byte[] get();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void letsGoOf(Attack attack) throws IOException {
        long began = System.nanoTime();
        if (attack.afterHandshake()) {
            RtmpClient.Target target = RtmpClient.Target.of(worker.rtmp("live/attack"));
            try (RtmpClient client = RtmpClient.open(target)) {
                sendWhileOpen(client, attack.bytes().get());
                client.readToEndQuietly();
            }
        } else {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), worker.port())) {
                socket.setSoTimeout((int) SOON.toMillis());
                try {
                    socket.getOutputStream().write(attack.bytes().get());
                    assertThat(socket.getInputStream().readAllBytes().length).isLessThan(8_192);
                } catch (SocketException reset) {
                    assertThat(reset).hasMessageNotContaining("refused");
                }
            }
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isLessThan(Duration.ofSeconds(2L * HANDSHAKE_SECONDS + 4));
    }

    @Test
    void countsWhomItTurnedAwayAndWhy() throws IOException {
        String malformed = "reason=\"peer-protocol-error\"";
        String late = "reason=\"peer-handshake-timeout\"";
        double malformedBefore = worker.metric("millrace_rejects_total", malformed);
        double lateBefore = worker.metric("millrace_rejects_total", late);
        try (Socket noise = new Socket(InetAddress.getLoopbackAddress(), worker.port());
                Socket half = new Socket(InetAddress.getLoopbackAddress(), worker.port())) {
            noise.getOutputStream().write('G');
            half.getOutputStream().write(3);
            Await.until(
                    SOON,
                    "both are counted by their reason",
                    () -> worker.metric("millrace_rejects_total", malformed) == malformedBefore + 1
                            && worker.metric("millrace_rejects_total", late) == lateBefore + 1,
                    () -> worker.management().get("/q/metrics").text());
        }
        assertThat(worker.metric("millrace_sessions_open", "intent=\"publish\""))
                .isEqualTo(1);
        assertThat(worker.metric("millrace_frames_total", "kind=\"video\"")).isPositive();
        assertThat(worker.metric("millrace_bytes_total", "direction=\"in\"")).isPositive();
        for (String check : List.of("live", "ready", "started")) {
            Http.Answer answer = worker.management().get("/q/health/" + check);
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(answer.json().path("status").asText()).isEqualTo("UP");
        }
    }

    private static void sendWhileOpen(RtmpClient client, byte[] bytes) throws IOException {
        try {
            client.sendRaw(bytes);
        } catch (SocketException closedMeanwhile) {
            assertThat(closedMeanwhile).hasMessageNotContaining("refused");
        }
    }

    @Test
    void aCrowdThatNeverFinishesItsHandshakeIsSentAway() throws IOException {
        List<Socket> crowd = new ArrayList<>();
        try {
            for (int i = 0; i < CROWD; i++) {
                Socket socket = new Socket();
                crowd.add(socket);
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), worker.port()), 5_000);
                socket.getOutputStream().write(3);
            }
            long asked = System.nanoTime();
            try (Playback viewer = Playback.of(worker.rtmp("live/bystander"))) {
                viewer.awaitMoreFrames(10, SOON);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(5));
            // One more byte every now and then must not keep a connection alive.
            long deadline = System.nanoTime()
                    + Duration.ofSeconds(HANDSHAKE_SECONDS + 7L).toNanos();
            int still = CROWD;
            while (still > 0 && System.nanoTime() < deadline) {
                still = 0;
                for (Socket socket : crowd) {
                    still += nudge(socket) ? 1 : 0;
                }
            }
            assertThat(still).as("connections still open").isZero();
        } finally {
            for (Socket socket : crowd) {
                socket.close();
            }
        }
    }

    /** Sends one more byte; whether the connection is still there. */
    private static boolean nudge(Socket socket) throws IOException {
        if (socket.isClosed()) {
            return false;
        }
        try {
            socket.setSoTimeout(1);
            socket.getOutputStream().write(0);
            if (socket.getInputStream().read() >= 0) {
                return true;
            }
        } catch (SocketTimeoutException open) {
            return true;
        } catch (SocketException reset) {
            socket.close();
            return false;
        }
        socket.close();
        return false;
    }

    private static byte[] command(@Nullable Object... values) {
        byte[] payload = Amf0.encode(values);
        return chunk(3, payload.length, Message.COMMAND, payload);
    }

    /** One chunk with a whole header, whatever its length field says. */
    private static byte[] chunk(int chunkStream, int length, int type, byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(chunkStream);
        out.writeBytes(new byte[3]);
        out.write(length >> 16);
        out.write(length >> 8);
        out.write(length);
        out.write(type);
        out.writeBytes(new byte[4]);
        for (int sent = 0; sent < payload.length; sent += 128) {
            if (sent > 0) {
                out.write(0xc0 | chunkStream);
            }
            out.write(payload, sent, Math.min(128, payload.length - sent));
        }
        return out.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] deeplyNested() {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        payload.writeBytes(Amf0.encode("connect", 1));
        for (int i = 0; i < 10_000; i++) {
            payload.write(3);
            payload.writeBytes(new byte[] {0, 1, 'a'});
        }
        return chunk(3, payload.size(), Message.COMMAND, payload.toByteArray());
    }
}
