package io.millrace.worker.flv;

import static io.millrace.worker.flv.TestOrigin.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.Endpoint;
import io.millrace.model.Protocol;
import io.millrace.model.Transport;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.OriginObservation.Failure;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.Fixtures;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.http.HttpPort;
import io.millrace.worker.http.HttpSettings;
import io.millrace.worker.http.listen.HttpConnections;
import io.millrace.worker.http.listen.HttpEntrance;
import io.millrace.worker.http.listen.HttpListener;
import io.millrace.worker.http.server.AnswerMetrics;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.net.loop.Loops;
import io.millrace.worker.net.memory.PendingBudget;
import io.millrace.worker.net.memory.UnreadingClient;
import io.millrace.worker.routing.resolve.Resolution;
import io.millrace.worker.routing.resolve.TestRouter;
import io.millrace.worker.settings.ListenerAddress;
import io.millrace.worker.telemetry.TelemetryFixtures;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Viewers on real sockets, against origins that do as the test says. */
class FlvServiceTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String OK = "HTTP/1.1 200 OK\r\nServer: SRS\r\nContent-Type: video/x-flv\r\n";
    private static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n";

    private final TestRouter router = new TestRouter();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SessionTable sessions = Fixtures.sessionTable(Clock.systemUTC(), 100, registry);
    private EventLoops loops;
    private HttpListener listener;

    @BeforeEach
    void listen() throws IOException {
        HttpSettings settings = new HttpSettings(
                ListenerAddress.parse("0", "127.0.0.1"),
                ListenerAddress.parse("0", "127.0.0.1"),
                LIMIT,
                LIMIT,
                LIMIT,
                Duration.ofSeconds(3),
                10_000,
                100,
                false,
                Duration.ofSeconds(3),
                LIMIT,
                Duration.ofSeconds(1));
        router.vhosts.add("media.example.com");
        loops = new EventLoops(1, new PendingBudget(PendingBudget.LEAST));
        FlvService service =
                new FlvService(settings, loops, sessions, router, TelemetryFixtures.originMetrics(), Clock.systemUTC());
        HttpConnections connections = HttpConnections.of(
                HttpPort.MEDIA,
                settings,
                List.of(service),
                loops,
                sessions,
                new AnswerMetrics(new SimpleMeterRegistry()),
                Clock.systemUTC());
        listener = HttpListener.open(
                loops,
                settings.listen(),
                HttpEntrance.of(settings, loops, sessions),
                pipeline -> connections.http1(pipeline, false));
    }

    @AfterEach
    void close() {
        assertThat(router.protocols).allMatch(Protocol.FLV::equals);
        listener.close();
        Loops.close(loops);
    }

    /** Leads viewers to these ports, one after the other, the last again and again. */
    private void lead(Integer... ports) {
        for (int port : ports) {
            router.leadTo(new Resolution.Route(
                    Fixtures.origin("o" + port),
                    new Endpoint(Transport.TCP, "127.0.0.1", port),
                    1,
                    Resolution.Source.CONTROL_PLANE));
        }
    }

    private String talk(String sent) throws IOException {
        try (Socket socket = open(sent)) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private Socket open(String sent) throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), listener.boundTo().getPort());
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(bytes(sent));
        return socket;
    }

    private static String get(String target, String... headers) {
        return "GET " + target + " HTTP/1.1\r\nHost: media.example.com\r\n"
                + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n") + "\r\n";
    }

    private static String body(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    @ParameterizedTest
    @CsvSource({
        "/live/cam.flv, '', true",
        "/live/cam.ts, token=1, true",
        "/live/cam-x.ts, '', true",
        "/live/cam-12.flv, '', true",
        "/live/cam-12.ts, '', false",
        "/live/12.ts, '', false",
        "/live/cam.ts, mr=abc, false",
        "/live/cam.ts, a=b&mr=abc, false",
        "/live/cam.ts, xmr=abc, true",
        "/cam.flv, '', false",
        "/live/.flv, '', false",
        "/live/cam.m3u8, '', false",
        "/live/cam, '', false",
    })
    void claimsLiveStreamsAndLeavesSegments(String path, String query, boolean claimed) {
        assertThat(FlvService.isLive(path, query)).isEqualTo(claimed);
    }

    @Test
    void passesChunksAsTheyAreAndTellsTheOriginWhoAsks() throws IOException {
        String chunks = "4\r\nFLV1\r\n3;x=y\r\nabc\r\n0\r\n\r\n";
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> {
            out.write(bytes(CHUNKED + chunks));
            socket.getInputStream().read();
        })) {
            lead(origin.port());
            String answer = talk(get(
                    "/live/cam.flv?token=a%20b&x",
                    "X-Forwarded-For: 10.1.1.1",
                    "User-Agent: player",
                    "Connection: keep-alive, X-Mine",
                    "X-Mine: 1",
                    "Authorization: Bearer t"));

            assertThat(answer)
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("Server: SRS\r\n", "transfer-encoding: chunked\r\n", "connection: close\r\n")
                    .contains("access-control-allow-origin: *\r\n");
            assertThat(body(answer)).isEqualTo(chunks);
            assertThat(origin.heads()).hasSize(1);
            assertThat(origin.heads().getFirst())
                    .startsWith("GET /live/cam.flv?token=a%20b&x HTTP/1.1\n")
                    .contains("x-forwarded-for: 10.1.1.1, 127.0.0.1\n", "x-real-ip: 127.0.0.1\n")
                    .contains("x-forwarded-proto: http\n", "User-Agent: player\n", "Authorization: Bearer t\n")
                    .containsIgnoringCase("host: media.example.com\n")
                    .contains("Connection: close\n")
                    .doesNotContain("X-Mine", "keep-alive");
        }
        awaitNoSessions();
    }

    @Test
    void passesBodiesThatEndWithTheConnection() throws IOException {
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> out.write(bytes(OK + "\r\nFLV bytes")))) {
            lead(origin.port());
            assertThat(body(talk(get("/live/cam.flv")))).isEqualTo("FLV bytes");
        }
        assertThat(router.failed).isEmpty();
    }

    @Test
    void takesChunksOffForClientsOfHttp10() throws IOException {
        try (TestOrigin origin =
                new TestOrigin((head, socket, out) -> out.write(bytes(CHUNKED + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")))) {
            lead(origin.port());
            String answer = talk("GET /live/cam.flv HTTP/1.0\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").doesNotContain("chunked");
            assertThat(body(answer)).isEqualTo("abcde");
            assertThat(origin.heads().getFirst()).startsWith("GET /live/cam.flv HTTP/1.0\n");
        }
    }

    @Test
    void answersHeadWithTheOriginsHeadAlone() throws IOException {
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> out.write(bytes(CHUNKED)))) {
            lead(origin.port());
            String answer = talk("HEAD /live/cam.flv HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(answer)
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("video/x-flv")
                    .endsWith("\r\n\r\n");
            assertThat(origin.heads().getFirst()).startsWith("HEAD ");
        }
        awaitNoSessions();
    }

    @Test
    void passesRefusalsOnWithTheirBodies() throws IOException {
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> {
            out.write(bytes("HTTP/1.1 404 Not Found\r\nContent-Length: 6\r\nX-Why: gone\r\n\r\nno cam"));
            socket.getInputStream().read();
        })) {
            lead(origin.port());
            String answer = talk(get("/live/cam.flv"));
            assertThat(answer)
                    .startsWith("HTTP/1.1 404 Not Found\r\n")
                    .contains("X-Why: gone\r\n")
                    .endsWith("\r\n\r\nno cam");
        }
        assertThat(router.failed).isEmpty();
        awaitNoSessions();
    }

    @Test
    void replacesOriginsThatDoNotAnswerBeforeTheClientNotices() throws IOException {
        int nobody;
        try (ServerSocket free = new ServerSocket(0)) {
            nobody = free.getLocalPort();
        }
        try (TestOrigin hangsUp = new TestOrigin((head, socket, out) -> {});
                TestOrigin origin = new TestOrigin((head, socket, out) -> out.write(bytes(OK + "\r\nFLV")))) {
            lead(nobody, hangsUp.port(), origin.port());
            assertThat(body(talk(get("/live/cam.flv")))).isEqualTo("FLV");
            assertThat(router.failed)
                    .extracting(OriginObservation::failure)
                    .containsExactly(Failure.REFUSED, Failure.RESET);
        }
    }

    @Test
    void saysSoWhenNoOriginAnswers() throws IOException {
        assertThat(talk(get("/live/cam.flv", "Connection: close")))
                .startsWith("HTTP/1.1 503 ")
                .contains("no origin");
        try (TestOrigin hangsUp = new TestOrigin((head, socket, out) -> {});
                TestOrigin strange = new TestOrigin((head, socket, out) -> out.write(bytes("SSH-2.0\r\n\r\n")));
                TestOrigin vague = new TestOrigin(
                        (head, socket, out) -> out.write(bytes(OK + "Transfer-Encoding: gzip\r\n\r\n")))) {
            lead(hangsUp.port(), strange.port(), vague.port());
            assertThat(talk(get("/live/cam.flv", "Connection: close"))).startsWith("HTTP/1.1 502 ");
            assertThat(router.failed)
                    .extracting(OriginObservation::failure)
                    .containsExactly(Failure.RESET, Failure.PROTOCOL, Failure.PROTOCOL);
        }
        awaitNoSessions();
    }

    /** SRS answers once somebody publishes. */
    @Test
    void waitsWithAnOriginThatHoldsItsAnswerBackAndDoesNotReportIt() throws IOException {
        CountDownLatch asked = new CountDownLatch(3);
        router.onResolve = asked::countDown;
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> {
            awaitQuietly(asked);
            out.write(bytes(OK + "\r\nFLV"));
        })) {
            lead(origin.port());
            assertThat(body(talk(get("/live/cam.flv")))).isEqualTo("FLV");
            assertThat(origin.heads()).hasSize(1);
            assertThat(router.failed).isEmpty();
        }
    }

    @Test
    void goesToWhereTheStreamLivesByNowWhenTheOriginSaysNothing() throws IOException {
        try (TestOrigin silent = new TestOrigin(
                        (head, socket, out) -> socket.getInputStream().read());
                TestOrigin origin = new TestOrigin((head, socket, out) -> out.write(bytes(OK + "\r\nFLV")))) {
            lead(silent.port(), silent.port(), origin.port());
            assertThat(body(talk(get("/live/cam.flv")))).isEqualTo("FLV");
            assertThat(silent.heads()).hasSize(1);
            assertThat(router.failed).isEmpty();
        }
    }

    @Test
    void endsTheWaitAsItEndsAStreamThatPauses() throws IOException {
        try (TestOrigin silent =
                new TestOrigin((head, socket, out) -> socket.getInputStream().read())) {
            lead(silent.port());
            assertThat(talk(get("/live/cam.flv", "Connection: close")))
                    .startsWith("HTTP/1.1 502 ")
                    .contains("has not answered");
            assertThat(router.failed).isEmpty();
        }
        awaitNoSessions();
    }

    private static void awaitQuietly(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new IOException("nobody came");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Test
    void endsTheAnswerOnAChunksEndWhenTheOriginLeaves() throws IOException {
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> out.write(bytes(CHUNKED + "3\r\nabc\r\n")))) {
            lead(origin.port());
            assertThat(body(talk(get("/live/cam.flv")))).isEqualTo("3\r\nabc\r\n0\r\n\r\n");
        }
        assertThat(router.failed).isEmpty();
    }

    @Test
    void cutsTheAnswerAndReportsWhenTheOriginDiesWithinAChunk() throws IOException {
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> out.write(bytes(CHUNKED + "9\r\nabc")))) {
            lead(origin.port());
            assertThat(body(talk(get("/live/cam.flv")))).isEqualTo("9\r\nabc");
        }
        assertThat(router.failed).extracting(OriginObservation::failure).containsExactly(Failure.RESET);
    }

    @Test
    void endsViewersThatAreKickedWithALastChunk() throws Exception {
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> {
            out.write(bytes(CHUNKED + "3\r\nabc\r\n"));
            socket.getInputStream().read();
        })) {
            lead(origin.port());
            try (Socket viewer = open(get("/live/cam.flv"))) {
                await().until(() -> sessions.sessions().stream()
                        .anyMatch(session -> session.relaying().isPresent() && session.bytesOut() > 0));
                sessions.endAll(CloseReason.KICKED, "by a test");
                assertThat(body(new String(viewer.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)))
                        .isEqualTo("3\r\nabc\r\n0\r\n\r\n");
            }
        }
        awaitNoSessions();
    }

    @Test
    void hangsUpAtTheOriginWhenTheViewerLeaves() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> {
            out.write(bytes(CHUNKED));
            if (socket.getInputStream().read() < 0) {
                left.countDown();
            }
        })) {
            lead(origin.port());
            try (Socket viewer = open(get("/live/cam.flv"))) {
                assertThat(viewer.getInputStream().read()).isEqualTo('H');
            }
            assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
        }
        awaitNoSessions();
    }

    @Test
    void holdsLittleForAViewerThatDoesNotReadAndEndsIt() throws Exception {
        AtomicLong written = new AtomicLong();
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> {
            out.write(bytes(OK + "\r\n"));
            byte[] block = new byte[64 * 1024];
            while (written.get() < 1L << 30) {
                out.write(block);
                written.addAndGet(block.length);
            }
        })) {
            lead(origin.port());
            try (Socket _ = open(get("/live/cam.flv"))) {
                await().until(() -> written.get() > 0);
                awaitNoSessions();
                // What the kernels hold on both ways is theirs; it is some megabytes.
                assertThat(written.get()).isLessThan(32L << 20);
            }
        }
    }

    @Test
    void endsViewersToWhomNothingComes() throws IOException {
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> {
            out.write(bytes(CHUNKED));
            socket.getInputStream().read();
        })) {
            lead(origin.port());
            assertThat(body(talk(get("/live/cam.flv")))).isEqualTo("0\r\n\r\n");
        }
    }

    @Test
    void refusesWhatIsNoStreamOrNoWayToPlay() throws IOException {
        assertThat(talk(get("/live/cam%3fx.flv", "Connection: close"))).startsWith("HTTP/1.1 400 ");
        assertThat(talk("POST /live/cam.flv HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 405 ")
                .contains("allow: GET, HEAD, OPTIONS");
        assertThat(talk(get("/live/cam.flv", "Upgrade: websocket", "Connection: close, Upgrade")))
                .startsWith("HTTP/1.1 426 ");
    }

    /** Gathers what a WebSocket says. */
    private static final class Heard implements WebSocket.Listener {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final CompletableFuture<Void> pong = new CompletableFuture<>();

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] piece = new byte[data.remaining()];
            data.get(piece);
            bytes.writeBytes(piece);
            socket.request(1);
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
            pong.complete(null);
            socket.request(1);
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
        }
    }

    @Test
    void playsOverWebSocketWithoutTheChunks() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        String large = "x".repeat(100_000);
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> {
                    out.write(bytes(CHUNKED + "3\r\nabc\r\n2\r\nde\r\n"));
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    out.write(bytes("186a0\r\n" + large + "\r\n0\r\n\r\n"));
                });
                HttpClient client = HttpClient.newHttpClient()) {
            lead(origin.port());
            Heard heard = new Heard();
            WebSocket socket = client.newWebSocketBuilder()
                    .buildAsync(
                            URI.create("ws://127.0.0.1:" + listener.boundTo().getPort() + "/live/cam.flv?t=1"), heard)
                    .get(10, TimeUnit.SECONDS);
            socket.sendPing(ByteBuffer.wrap(new byte[] {1}));
            heard.pong.get(10, TimeUnit.SECONDS);
            goOn.countDown();
            assertThat(heard.closed.get(10, TimeUnit.SECONDS)).isEqualTo(1000);
            assertThat(heard.bytes.toString(StandardCharsets.ISO_8859_1)).isEqualTo("abcde" + large);
            assertThat(origin.heads().getFirst())
                    .startsWith("GET /live/cam.flv?t=1 HTTP/1.1\n")
                    .doesNotContainIgnoringCase("websocket");
        }
        awaitNoSessions();
    }

    @Test
    void viewersThatReadNothingAreClosedWhenAllOfThemHoldTooMuchAndAnotherOneGoesOn() throws Exception {
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> {
            out.write(bytes(OK + "\r\nFLV"));
            byte[] piece = new byte[16 * 1024];
            while (true) {
                out.write(piece);
            }
        })) {
            lead(origin.port());
            List<Socket> stalled = new ArrayList<>();
            try (Socket healthy = open(get("/live/cam.flv"))) {
                AtomicLong seen = new AtomicLong();
                AtomicBoolean over = new AtomicBoolean();
                Thread.ofVirtual().start(() -> {
                    byte[] some = new byte[64 * 1024];
                    try {
                        for (int n = 0; n >= 0; n = healthy.getInputStream().read(some)) {
                            seen.addAndGet(n);
                        }
                    } catch (IOException e) {
                        // An end like any other.
                    }
                    over.set(true);
                });
                for (int i = 0; i < 40; i++) {
                    stalled.add(open(get("/live/cam.flv")));
                }
                await().atMost(LIMIT).until(() -> ended("memory-full") >= 3);
                long before = seen.get();
                await().atMost(LIMIT).until(() -> seen.get() > before + (1 << 20));
                assertThat(over).isFalse();
                assertThat(loops.budget().shed()).isGreaterThanOrEqualTo(3);
            } finally {
                for (Socket socket : stalled) {
                    socket.close();
                }
            }
        }
        awaitNoSessions();
        await().atMost(LIMIT).until(() -> loops.budget().pending() == 0 && loops.readBuffersOutstanding() == 0);
    }

    private double ended(String reason) {
        return registry.find("millrace.sessions.ended").tag("reason", reason).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    @Test
    void readsNoMorePingsThanPongsAreTaken() throws Exception {
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> {
                    out.write(bytes(OK + "\r\nFLV"));
                    socket.setSoTimeout(200);
                    while (true) {
                        try {
                            if (socket.getInputStream().read() < 0) {
                                return;
                            }
                        } catch (SocketTimeoutException quiet) {
                            out.write(bytes("more"));
                            out.flush();
                        }
                    }
                });
                UnreadingClient client = new UnreadingClient(listener.boundTo().getPort())) {
            lead(origin.port());
            client.send(bytes(get(
                    "/live/cam.flv",
                    "Upgrade: websocket",
                    "Connection: Upgrade",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")));
            DataInputStream answers = new DataInputStream(client.answers());
            StringBuilder head = new StringBuilder();
            while (!head.toString().endsWith("\r\n\r\n")) {
                head.append((char) answers.readUnsignedByte());
            }
            assertThat(head.toString()).startsWith("HTTP/1.1 101 ");

            int payload = 125;
            UnreadingClient.Flood flood = client.flood(
                    number -> ByteBuffer.allocate(6 + payload)
                            .put(new byte[] {(byte) 0x89, (byte) (0x80 | payload), 0, 0, 0, 0})
                            .putInt(number)
                            .array(),
                    loops.budget());

            client.complete(flood);
            int next = 0;
            while (next < flood.requests()) {
                boolean pong = answers.readUnsignedByte() == 0x8A;
                int length = answers.readUnsignedByte();
                if (pong) {
                    assertThat(answers.readInt()).isEqualTo(next++);
                    answers.skipNBytes(payload - Integer.BYTES);
                } else {
                    answers.skipNBytes(length);
                }
            }
        }
        awaitNoSessions();
    }

    @Test
    void endsWhenAWebSocketClientSaysGoodBye() throws Exception {
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> {
                    out.write(bytes(OK + "\r\nFLV"));
                    socket.getInputStream().read();
                });
                HttpClient client = HttpClient.newHttpClient()) {
            lead(origin.port());
            Heard heard = new Heard();
            WebSocket socket = client.newWebSocketBuilder()
                    .buildAsync(
                            URI.create("ws://127.0.0.1:" + listener.boundTo().getPort() + "/live/cam.flv"), heard)
                    .get(10, TimeUnit.SECONDS);
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(10, TimeUnit.SECONDS);
            assertThat(heard.closed.get(10, TimeUnit.SECONDS)).isEqualTo(1000);
        }
        awaitNoSessions();
    }

    @Test
    void tellsAWebSocketClientOfARefusalBeforeTheUpgrade() throws IOException {
        try (TestOrigin origin = new TestOrigin(
                (head, socket, out) -> out.write(bytes("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno")))) {
            lead(origin.port());
            assertThat(talk(get(
                            "/live/cam.flv",
                            "Upgrade: websocket",
                            "Connection: Upgrade",
                            "Sec-WebSocket-Version: 13",
                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")))
                    .startsWith("HTTP/1.1 404 ")
                    .endsWith("\r\n\r\nno");
        }
    }

    private void awaitNoSessions() {
        await().atMost(Duration.ofSeconds(20)).until(() -> sessions.size() == 0);
    }
}
