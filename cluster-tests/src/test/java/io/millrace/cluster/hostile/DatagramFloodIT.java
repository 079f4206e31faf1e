package io.millrace.cluster.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cluster.fixture.DatagramFlood;
import io.millrace.cluster.fixture.MediaCluster;
import io.millrace.cluster.fixture.WebRtcBrowser;
import io.millrace.cluster.origin.Ffmpeg;
import io.millrace.cluster.origin.SrtOrigin;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.process.ManagedProcess;
import io.millrace.cluster.process.Ports;
import io.millrace.cluster.webrtc.WebRtcOrigin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Strangers send datagrams to a worker's ports from thousands of addresses while somebody uses it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DatagramFloodIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    /** Garbage of many questions to the control plane, too: the heap may grow as far as it is allowed to, and no further. */
    private static final long GROWTH = 128L << 20;

    @TempDir
    private static Path folder;

    private MediaCluster cluster;
    private Worker worker;
    private WebRtcOrigin webRtc;
    private final int srtPort = Ports.reserve();
    private final Random random = new Random(4);

    @BeforeAll
    void start() {
        cluster = new MediaCluster(folder);
        worker = cluster.first;
        webRtc = cluster.webRtc("webrtc");
        cluster.registerSrt("srt", srtPort);
        cluster.awaitOrigins(2);
    }

    @AfterAll
    void stop() throws IOException {
        cluster.close();
    }

    /** A flood in the background, during which frames must go on: at least two a second, however busy the machine is. */
    private DatagramFlood.Result undisturbed(
            DatagramFlood flood, int port, DatagramFlood.Maker maker, LongSupplier frames) {
        CompletableFuture<DatagramFlood.Result> done = CompletableFuture.supplyAsync(() -> {
            try {
                return flood.send(port, maker);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        try {
            while (!done.isDone()) {
                long wanted = frames.getAsLong() + 10;
                Await.until(
                        Duration.ofSeconds(5),
                        "frames go on",
                        () -> frames.getAsLong() >= wanted,
                        () -> frames.getAsLong() + " of " + wanted + "\n" + figures());
            }
            return done.join();
        } finally {
            flood.stop();
        }
    }

    private String figures() {
        return worker.management()
                .get("/q/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith("millrace_webrtc") || line.startsWith("millrace_srt"))
                .filter(line -> !line.endsWith(" 0.0"))
                .collect(Collectors.joining("\n"));
    }

    @Test
    void oneHundredThousandForgedDatagramsDoNotDisturbABrowsersSession() throws IOException {
        // Whoever has TCP to fall back to might be disturbed without showing it.
        Map<String, String> udpOnly = Map.of("without", "tcp");
        try (WebRtcBrowser browser = new WebRtcBrowser(folder.resolve("profile"));
                WebRtcBrowser.Peer publisher = browser.publish(worker.whip("show"), udpOnly)) {
            publisher.awaitMoreFrames(15);
            try (WebRtcBrowser.Peer viewer = browser.play(worker.whep("show"), udpOnly)) {
                viewer.awaitMoreFrames(30);
                String way = "udp 127.0.0.1:" + worker.webRtcPort();
                publisher.awaitWay(way);
                viewer.awaitWay(way);
                String known = viewer.answer()
                        .lines()
                        .filter(line -> line.startsWith("a=ice-ufrag:"))
                        .findFirst()
                        .orElseThrow()
                        .substring("a=ice-ufrag:".length());
                long before = worker.residentBytes();
                double drops = worker.metric("millrace_webrtc_drops_total");
                DatagramFlood.Result flood = undisturbed(
                        new DatagramFlood(2_000, 50, 5_000),
                        worker.webRtcPort(),
                        (sender, turn, answer) -> forged(turn, known),
                        viewer::frames);
                assertThat(flood.sent()).isEqualTo(100_000);
                publisher.awaitMoreFrames(15);
                viewer.awaitMoreFrames(15);
                assertThat(flood.bytesAnswered())
                        .as("nothing that could amplify")
                        .isLessThanOrEqualTo(flood.bytesSent() / 10);
                // Some may be lost before the worker sees them, since nobody slows a flood down.
                assertThat(worker.metric("millrace_webrtc_drops_total") - drops).isGreaterThan(50_000);
                assertThat(worker.residentBytes() - before).isLessThan(GROWTH);
                assertThat(worker.metric("millrace_webrtc_active")).isEqualTo(2);
                assertThat(webRtc.sessions()).isEqualTo(2);
                assertThat(viewer.end()).isEqualTo(200);
            }
            assertThat(publisher.end()).isEqualTo(200);
        }
    }

    private byte[] forged(int turn, String known) {
        byte[] noise = new byte[1 + random.nextInt(1_200)];
        random.nextBytes(noise);
        return switch (turn % 6) {
            case 0 -> noise;
            case 1 -> check(letters(8) + ":" + letters(4));
            // As long as those that workers write themselves.
            case 2 -> check(letters(32) + ":" + letters(4));
            case 3 -> Arrays.copyOf(check(letters(8) + ":" + letters(4)), 8 + random.nextInt(30));
            // What media looks like.
            case 4 -> {
                noise[0] = (byte) 0x80;
                yield noise;
            }
            // A session that is there, and a caller who does not know its password.
            default -> check(known + ":" + letters(4));
        };
    }

    private String letters(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) ('A' + random.nextInt(26)));
        }
        return text.toString();
    }

    /** A connectivity check, RFC 8445 section 7.1, whose MESSAGE-INTEGRITY is noise. */
    private byte[] check(String username) {
        byte[] name = username.getBytes(StandardCharsets.US_ASCII);
        int padded = (name.length + 3) / 4 * 4;
        byte[] id = new byte[12];
        byte[] integrity = new byte[20];
        random.nextBytes(id);
        random.nextBytes(integrity);
        return ByteBuffer.allocate(20 + 4 + padded + 24)
                .putShort((short) 1)
                .putShort((short) (4 + padded + 24))
                .putInt(0x2112a442)
                .put(id)
                .putShort((short) 6)
                .putShort((short) name.length)
                .put(Arrays.copyOf(name, padded))
                .putShort((short) 8)
                .putShort((short) 20)
                .put(integrity)
                .array();
    }

    @Test
    void twentyThousandHandshakesWithoutTheirOwnCookieDoNotDisturbAnSrtSession() throws IOException {
        Path sample = Ffmpeg.makeSample(folder, Ffmpeg.Sample.SMALL);
        try (ManagedProcess origin = ffmpeg(
                "srt origin",
                List.of("-i", "srt://127.0.0.1:" + srtPort + "?mode=listener"),
                List.of("-c", "copy", "-progress", "-", "-f", "null", "-"))) {
            origin.await(SOON, "listens", () -> SrtOrigin.isBound(srtPort));
            publishUndisturbed(sample, origin);
        }
    }

    private void publishUndisturbed(Path sample, ManagedProcess origin) {
        String url = "srt://127.0.0.1:" + worker.srtPort() + "?streamid=#!::r=live/flood,m=publish";
        try (ManagedProcess publisher = ffmpeg(
                "srt publisher",
                List.of("-re", "-stream_loop", "-1", "-i", sample.toString()),
                List.of("-c", "copy", "-f", "mpegts", url))) {
            publisher.await(SOON, "the origin gets frames", () -> frames(origin) > 25);
            long before = worker.residentBytes();
            double drops = worker.metric("millrace_srt_dropped_total", "reason=\"cookie\"");
            DatagramFlood.Result flood = undisturbed(
                    new DatagramFlood(10_000, 2, 2_000),
                    worker.srtPort(),
                    (sender, turn, answer) -> turn == 0 ? handshake(4, 2, 1, 0) : handshake(5, 5, -1, cookie(answer)),
                    () -> frames(origin));
            assertThat(flood.sent()).isEqualTo(20_000);
            assertThat(flood.bytesAnswered()).isLessThanOrEqualTo(flood.bytesSent());
            assertThat(worker.metric("millrace_srt_dropped_total", "reason=\"cookie\"") - drops)
                    .isGreaterThan(5_000);
            assertThat(worker.residentBytes() - before).isLessThan(GROWTH);
            assertThat(publisher.isAlive()).as(publisher.lastOutput()).isTrue();
        }
    }

    private static ManagedProcess ffmpeg(String name, List<String> input, List<String> output) {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "warning"));
        command.addAll(input);
        command.addAll(output);
        return ManagedProcess.start(name, folder, Map.of(), command);
    }

    /** What {@code -progress} said last. */
    private static long frames(ManagedProcess ffmpeg) {
        return ffmpeg.output().reversed().stream()
                .filter(line -> line.startsWith("frame="))
                .map(line -> line.substring("frame=".length()).strip())
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }

    /** Somebody else's, as soon as anybody got one. */
    private int cookie(Optional<ByteBuffer> answer) {
        return answer.filter(bytes -> bytes.remaining() >= 64)
                .map(bytes -> bytes.getInt(44))
                .orElseGet(random::nextInt);
    }

    /** SRT's handshake, draft-sharabayko-srt section 3.2.1; a conclusion brings HSREQ. */
    private byte[] handshake(int version, int field, int type, int cookie) {
        boolean conclusion = type < 0;
        ByteBuffer out = ByteBuffer.allocate(conclusion ? 80 : 64)
                .putInt(0x8000_0000)
                .putInt(0)
                .putInt(0)
                .putInt(0)
                .putInt(version)
                .putShort((short) 0)
                .putShort((short) field)
                .putInt(random.nextInt() & 0x7fff_ffff)
                .putInt(1_500)
                .putInt(8_192)
                .putInt(type)
                .putInt(1 + random.nextInt(0x3fff_ffff))
                .putInt(cookie)
                .put(new byte[] {1, 0, 0, 127, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        if (conclusion) {
            out.putShort((short) 1)
                    .putShort((short) 3)
                    .putInt(0x0001_0500)
                    .putInt(0xbf)
                    .putInt(0x0078_0078);
        }
        return out.array();
    }
}
