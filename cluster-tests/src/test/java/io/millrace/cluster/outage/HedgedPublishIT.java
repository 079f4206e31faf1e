package io.millrace.cluster.outage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cluster.fixture.MediaCluster;
import io.millrace.cluster.fixture.PublishOrigin;
import io.millrace.cluster.fixture.SrtWords;
import io.millrace.cluster.process.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * As {@link HedgedDialIT} for the other protocols: one of two origins stands still, its kernel goes on to accept, and it goes on to be
 * registered, as by cron.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HedgedPublishIT {

    private static final Duration PUBLISHING_WITHIN = Duration.ofMillis(1_500);
    private static final Duration HEDGE_AFTER = Duration.ofMillis(500);
    private static final int LIMIT_MILLIS = 20_000;
    private static final int STREAMS = 4;
    private static final String OFFER = """
            v=0\r
            o=- 1 1 IN IP4 127.0.0.1\r
            s=-\r
            t=0 0\r
            m=video 9 UDP/TLS/RTP/SAVPF 96\r
            c=IN IP4 0.0.0.0\r
            a=mid:0\r
            a=ice-ufrag:offerer\r
            a=ice-pwd:0123456789abcdefghijkl\r
            a=sendonly\r
            """;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    private static Path folder;

    private final Map<PublishOrigin.Protocol, PublishOrigin> freezing = new EnumMap<>(PublishOrigin.Protocol.class);
    private final Map<PublishOrigin.Protocol, PublishOrigin> healthy = new EnumMap<>(PublishOrigin.Protocol.class);
    private MediaCluster cluster;

    @BeforeAll
    void start() {
        cluster = new MediaCluster(folder);
        for (PublishOrigin.Protocol protocol : PublishOrigin.Protocol.values()) {
            // Nearly every stream goes to the first.
            freezing.put(protocol, origin("a-" + protocol, protocol, 100));
            healthy.put(protocol, origin("b-" + protocol, protocol, 1));
        }
        cluster.awaitOrigins(2 * PublishOrigin.Protocol.values().length);
    }

    private PublishOrigin origin(String name, PublishOrigin.Protocol protocol, int weight) {
        PublishOrigin origin = cluster.opened(PublishOrigin.start(name, protocol, cluster.subfolder(name)));
        cluster.register(name, protocol, origin.port(), weight);
        return origin;
    }

    @AfterAll
    void stop() throws IOException {
        if (cluster != null) {
            cluster.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theFirstPublisherOfANewStreamWaitsForAFrozenOriginNoLongerThanItMust(PublishOrigin.Protocol protocol)
            throws Exception {
        PublishOrigin frozen = Objects.requireNonNull(freezing.get(protocol));
        PublishOrigin other = Objects.requireNonNull(healthy.get(protocol));
        // Everything has been loaded and compiled once, so that what is measured is the waiting.
        publish(protocol, port(protocol), "warm");
        frozen.process().suspend();
        List<Duration> took = new ArrayList<>();
        try {
            for (int i = 0; i < STREAMS; i++) {
                long began = System.nanoTime();
                publish(protocol, port(protocol), "new" + i);
                took.add(Duration.ofNanos(System.nanoTime() - began));
            }
        } finally {
            frozen.process().resume();
        }
        assertThat(took).allSatisfy(each -> assertThat(each).isLessThan(PUBLISHING_WITHIN));
        assertThat(took)
                .as("the frozen origin was the choice of at least one")
                .anySatisfy(each -> assertThat(each).isGreaterThanOrEqualTo(HEDGE_AFTER));
        // It has read everything that waited for it in the kernel once it serves somebody who comes later.
        for (String stream : List.of("after1", "after2")) {
            publish(protocol, frozen.port(), stream);
            Await.until(Duration.ofSeconds(10), stream + " was taken", () -> frozen.publishes(stream) == 1);
        }
        for (int i = 0; i < STREAMS; i++) {
            String stream = "new" + i;
            assertThat(frozen.publishes(stream)).as(stream).isZero();
            assertThat(other.publishes(stream)).as(stream).isEqualTo(1);
        }
    }

    private int port(PublishOrigin.Protocol protocol) {
        return switch (protocol) {
            case RTSP -> cluster.first.rtspPort();
            case WHIP -> cluster.first.apiPort();
            case SRT -> cluster.first.srtPort();
        };
    }

    /** Until the publisher has its answer. */
    private static void publish(PublishOrigin.Protocol protocol, int port, String stream)
            throws IOException, InterruptedException {
        switch (protocol) {
            case RTSP -> announce(port, stream);
            case WHIP -> offer(port, stream);
            case SRT -> call(port, stream);
        }
    }

    private static void announce(int port, String stream) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(LIMIT_MILLIS);
            String request = "ANNOUNCE rtsp://127.0.0.1:" + port + "/live/" + stream
                    + " RTSP/1.0\r\nCSeq: 1\r\nContent-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            assertThat(in.readLine()).isEqualTo("RTSP/1.0 200 OK");
        }
    }

    private static void offer(int port, String stream) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/rtc/v1/whip/?app=live&stream=" + stream))
                .timeout(Duration.ofMillis(LIMIT_MILLIS))
                .header("Content-Type", "application/sdp")
                .POST(HttpRequest.BodyPublishers.ofString(OFFER))
                .build();
        HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private static void call(int port, String stream) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout(LIMIT_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            int id = socket.getLocalPort();
            int cookie = SrtWords.cookie(say(socket, SrtWords.induction(id)));
            ByteBuffer answer = say(socket, SrtWords.conclusion(id, cookie, stream));
            assertThat(SrtWords.isConclusion(answer)).isTrue();
        }
    }

    private static ByteBuffer say(DatagramSocket socket, ByteBuffer words) throws IOException {
        byte[] bytes = new byte[words.remaining()];
        words.get(bytes);
        socket.send(new DatagramPacket(bytes, bytes.length));
        DatagramPacket answer = new DatagramPacket(new byte[2_048], 2_048);
        socket.receive(answer);
        return ByteBuffer.wrap(answer.getData(), 0, answer.getLength());
    }
}
