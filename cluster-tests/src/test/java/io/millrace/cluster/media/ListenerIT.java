package io.millrace.cluster.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cluster.fixture.Cluster;
import io.millrace.cluster.fixture.Playback;
import io.millrace.cluster.origin.Ffmpeg;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.process.Http;
import io.millrace.cluster.rtmp.FlvTag;
import io.millrace.cluster.rtmp.RtmpClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The ways in which a client's connection may arrive. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ListenerIT {

    private static final Duration SOON = Duration.ofSeconds(15);

    @TempDir
    private static Path folder;

    private Cluster cluster;
    private Worker behindProxy;

    @BeforeAll
    void start() {
        cluster = new Cluster(folder);
        cluster.origin("origin");
        behindProxy = cluster.worker("behind-proxy", Map.of("MILLRACE_RTMP_PROXY_PROTOCOL", "on"));
    }

    @AfterAll
    void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void servesClientsOverIpv6() throws IOException {
        Assumptions.assumeTrue(hasIpv6(), "this machine has no IPv6 loopback");
        Worker worker = cluster.worker("six", "[::1]", Map.of(), List.of());
        Path sample = Ffmpeg.makeSample(folder, Ffmpeg.Sample.SMALL);
        try (Ffmpeg publisher = Ffmpeg.publish(sample, worker.rtmp("live/six"), true);
                Playback viewer = Playback.of(worker.rtmp("live/six"))) {
            viewer.awaitMoreFrames(25, SOON);
            assertThat(FlvTag.video(viewer.tags())).isNotEmpty();
            assertThat(publisher.process().isAlive()).isTrue();
        }
    }

    @Test
    void knowsTheClientThroughAProxyHeaderInText() throws IOException {
        byte[] header = "PROXY TCP4 203.0.113.7 192.0.2.1 50112 1935\r\n".getBytes(StandardCharsets.US_ASCII);
        assertThat(addressSeen("text", header)).isEqualTo("203.0.113.7:50112");
    }

    @Test
    void knowsTheClientThroughAProxyHeaderInBinary() throws IOException {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.writeBytes(new byte[] {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10});
        // Version 2 and PROXY; TCP over IPv4; 12 bytes of addresses and a field of 4 that nobody has to know.
        header.writeBytes(new byte[] {0x21, 0x11, 0, 16});
        header.writeBytes(
                new byte[] {(byte) 203, 0, 113, 8, (byte) 192, 0, 2, 1, (byte) 0xc3, (byte) 0xc0, 7, (byte) 0x8f});
        header.writeBytes(new byte[] {(byte) 0xea, 0, 1, 0});
        assertThat(addressSeen("binary", header.toByteArray())).isEqualTo("203.0.113.8:50112");
    }

    @Test
    void turnsAwayWhoComesWithoutTheHeader() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), behindProxy.port())) {
            socket.setSoTimeout((int) SOON.toMillis());
            socket.getOutputStream().write(new byte[1_537]);
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
        } catch (SocketException reset) {
            assertThat(reset).hasMessageNotContaining("refused");
        }
    }

    /** The client address that the control plane lists for a publisher that opened with this header. */
    private String addressSeen(String stream, byte[] header) throws IOException {
        RtmpClient.Target target = RtmpClient.Target.of(behindProxy.rtmp("live/" + stream));
        try (RtmpClient client = RtmpClient.open(target, header)) {
            client.connect(Map.of());
            client.publish();
            Http api = cluster.controlPlane().api();
            String path = "/api/v1/sessions?stream=__defaultVhost__/live/" + stream;
            Await.until(
                    SOON, "the session is listed", () -> api.get(path).items().size() == 1);
            return api.get(path).items().getFirst().path("clientAddress").asText();
        }
    }

    private static boolean hasIpv6() {
        byte[] loopback = new byte[16];
        loopback[15] = 1;
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByAddress(loopback))) {
            return probe.isBound();
        } catch (IOException none) {
            return false;
        }
    }
}
