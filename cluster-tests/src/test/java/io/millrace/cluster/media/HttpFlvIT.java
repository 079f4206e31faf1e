package io.millrace.cluster.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cluster.origin.Ffmpeg;
import io.millrace.cluster.origin.FlvOrigin;
import io.millrace.cluster.plane.ControlPlane;
import io.millrace.cluster.plane.Product;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.process.Http;
import io.millrace.cluster.process.Ports;
import io.millrace.cluster.rtmp.FlvTag;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP-FLV through a worker in processes of their own. */
class HttpFlvIT {

    private static final Duration SOON = Duration.ofSeconds(15);
    private static final int BAD_REQUESTS = 10_000;
    private static final int HOSTILE_CLIENTS = 16;

    @TempDir
    private Path folder;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final ScheduledExecutorService beats = Executors.newSingleThreadScheduledExecutor();
    private ControlPlane controlPlane;
    private Worker worker;
    private FlvOrigin origin;

    @BeforeEach
    void start() throws IOException {
        open.push(beats::shutdownNow);
        Path sample = Ffmpeg.makeSample(folder, Ffmpeg.Sample.SMALL);
        controlPlane = opened(ControlPlane.start(subfolder("control-plane")));
        origin = opened(new FlvOrigin(FlvTag.readFile(sample)));
        register("flv-a", origin.port());
        worker = opened(Worker.start("worker-1", controlPlane, subfolder("worker-1")));
    }

    private Path subfolder(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }

    private <T extends AutoCloseable> T opened(T resource) {
        open.push(resource);
        return resource;
    }

    private void register(String name, int httpPort) {
        Runnable beat = () -> controlPlane
                .api()
                .send(
                        "POST",
                        "/api/v1/srs/register",
                        "{\"ip\":\"127.0.0.1\",\"server\":\"" + name + "\",\"service\":\"1\",\"pid\":\"1\",\"rtmp\":[\""
                                + httpPort + "\"],\"http\":[\"" + httpPort + "\"]}");
        beat.run();
        var _ = beats.scheduleAtFixedRate(beat, 1, 1, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable resource : open) {
            resource.close();
        }
    }

    private Socket connect(String sent) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), worker.httpPort());
        socket.setSoTimeout(15_000);
        socket.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    }

    private String head(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = socket.getInputStream().read();
            if (b < 0) {
                break;
            }
            head.append((char) b);
        }
        return head.toString();
    }

    @Test
    void playersPlayChunkedAndUnframedStreams() {
        assertThat(Ffmpeg.decodedFrames(worker.http("/live/cam.flv?token=a%20b"), 3, folder))
                .isBetween(60, 100);
        assertThat(Ffmpeg.decodedFrames(worker.http("/live/closing.flv"), 3, folder))
                .isBetween(60, 100);
        assertThat(origin.heads())
                .anySatisfy(head -> assertThat(head)
                        .startsWith("GET /live/cam.flv?token=a%20b HTTP/1.1")
                        .contains("x-real-ip: 127.0.0.1"));
        Await.until(SOON, "the origin has no viewers left", () -> origin.viewers() == 0);
        assertThat(worker.metric("millrace_http_answers_total", "service=\"flv\""))
                .isGreaterThanOrEqualTo(2);
    }

    @Test
    void oldClientsGetNoChunks() throws IOException {
        try (Socket viewer = connect("GET /live/cam.flv HTTP/1.0\r\n\r\n")) {
            assertThat(head(viewer)).startsWith("HTTP/1.1 200 ").doesNotContainIgnoringCase("chunked");
            assertThat(viewer.getInputStream().readNBytes(3)).asString().isEqualTo("FLV");
        }
    }

    @Test
    void refusalsComeWithTheirBodies() throws IOException {
        try (Socket viewer = connect(get("/live/missing.flv"))) {
            assertThat(new String(viewer.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .startsWith("HTTP/1.1 404 Not Found\r\n")
                    .endsWith("\r\n\r\nno such stream");
        }
    }

    @Test
    void webSocketsGetTheSameBytes() throws Exception {
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        CompletableFuture<Void> enough = new CompletableFuture<>();
        WebSocket.Listener listener = new WebSocket.Listener() {
            @Override
            public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
                byte[] piece = new byte[data.remaining()];
                data.get(piece);
                seen.writeBytes(piece);
                if (seen.size() > 50_000) {
                    enough.complete(null);
                }
                socket.request(1);
                return CompletableFuture.completedFuture(true);
            }
        };
        try (HttpClient client = HttpClient.newHttpClient();
                Socket plain = connect("GET /live/cam.flv HTTP/1.0\r\n\r\n")) {
            WebSocket socket = client.newWebSocketBuilder()
                    .buildAsync(URI.create(worker.http("/live/cam.flv").replace("http:", "ws:")), listener)
                    .get(10, TimeUnit.SECONDS);
            enough.get(20, TimeUnit.SECONDS);
            socket.abort();
            head(plain);
            String expected = new String(plain.getInputStream().readNBytes(50_000), StandardCharsets.ISO_8859_1);
            assertThat(seen.toString(StandardCharsets.ISO_8859_1).substring(0, 50_000))
                    .isEqualTo(expected);
        }
        Await.until(SOON, "the origin has no viewers left", () -> origin.viewers() == 0);
    }

    @Test
    void aViewerThatDoesNotReadCostsLittleAndEnds() throws IOException {
        worker.close();
        worker = opened(Worker.start(
                "worker-2", controlPlane, subfolder("worker-2"), Map.of("MILLRACE_HTTP_STALL_TIMEOUT", "3s")));
        try (Socket viewer = connect(get("/live/flood.flv"))) {
            assertThat(viewer.getInputStream().read()).isEqualTo('H');
            Await.until(SOON, "the stream was cut", () -> origin.viewers() == 0);
            // What the kernels hold on both ways is theirs.
            assertThat(origin.written()).isLessThan(64L << 20);
        }
    }

    @Test
    void viewersOfAnOriginThatDiesAreReleasedAndComeBackElsewhere() throws IOException {
        try (Socket viewer = connect(get("/live/cam.flv"))) {
            assertThat(head(viewer)).startsWith("HTTP/1.1 200 ");
            FlvOrigin second = opened(new FlvOrigin(FlvTag.readFile(folder.resolve("sample-320x180.flv"))));
            register("flv-b", second.port());
            origin.close();
            assertThat(viewer.getInputStream().readAllBytes()).isNotEmpty();
        }
        // The dead one still heartbeats: it is its refusals that lead elsewhere.
        Await.until(SOON, "a new viewer gets the stream from the other origin", () -> {
            try (Socket again = connect(get("/live/cam.flv"))) {
                return head(again).startsWith("HTTP/1.1 200 ");
            } catch (IOException e) {
                return false;
            }
        });
    }

    @Test
    void originsThatRefuseAreReplacedBeforeTheClientNotices() throws IOException {
        register("flv-dead", Ports.reserve());
        for (int i = 0; i < 10; i++) {
            try (Socket viewer = connect(get("/live/stream" + i + ".flv"))) {
                assertThat(head(viewer)).as("stream %d", i).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    @Test
    void theApiPortSaysSoWhenTheControlPlaneIsAway() {
        Http api = new Http(Product.loopback(worker.apiPort(), "/"));
        assertThat(api.get("/no/such/api").status()).isEqualTo(404);
        controlPlane.kill();
        Http.Answer answer = api.get("/api/v1/summaries");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.json().path("code").asInt()).isEqualTo(503);
        assertThat(api.get("/api/v1/versions").status())
                .as("a load balancer's health check is about this worker")
                .isEqualTo(200);
    }

    @Test
    void tenThousandBadRequestsAreRefusedAndLeaveNothing() throws Exception {
        List<String> shapes = List.of(
                "GET /live/../cam.flv HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /%2e%2e/etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /live%2fcam.flv HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET //live/cam.flv HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /live/cam%00.flv HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /live/cam.flv HTTP/1.1\r\n\r\n",
                "GET /live/cam.flv HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET /live/cam.flv HTTP/1.1\r\nHost: a\r\nX: 1\r\n folded\r\n\r\n",
                "GET /live/cam.flv HTTP/1.1\r\nHost : a\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n",
                "GET /" + "a".repeat(9_000) + " HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(20_000) + "\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n" + "X: 1\r\n".repeat(200) + "\r\n",
                "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
                "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/3.0\r\nHost: a\r\n\r\n",
                "\0\1\2\3\r\n\r\n");
        AtomicLong refused = new AtomicLong();
        List<Future<?>> clients = new ArrayList<>();
        long begin = System.nanoTime();
        try (ExecutorService executor = Executors.newFixedThreadPool(HOSTILE_CLIENTS)) {
            for (int client = 0; client < HOSTILE_CLIENTS; client++) {
                int first = client;
                clients.add(executor.submit(() -> {
                    for (int i = first; i < BAD_REQUESTS; i += HOSTILE_CLIENTS) {
                        String shape = shapes.get(i % shapes.size());
                        String answer = answerTo(shape);
                        assertThat(answer).as(shape).matches("(?s)HTTP/1.1 (4|50[15])\\d?\\d? .*");
                        refused.incrementAndGet();
                    }
                    return null;
                }));
            }
            for (Future<?> client : clients) {
                client.get(120, TimeUnit.SECONDS);
            }
        }
        assertThat(refused.get()).isEqualTo(BAD_REQUESTS);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(90));
        assertThat(worker.metric("millrace_sessions_open")).isZero();
        assertThat(worker.process().lastOutput()).doesNotContain("LEAK", "internal error");
        try (Socket viewer = connect(get("/live/cam.flv"))) {
            assertThat(head(viewer)).startsWith("HTTP/1.1 200 ");
        }
    }

    private String answerTo(String shape) throws IOException {
        try (Socket socket = connect(shape)) {
            return head(socket);
        } catch (SocketTimeoutException e) {
            return "no answer";
        } catch (SocketException e) {
            // An answer may be lost to a client that still sends.
            return "HTTP/1.1 400 reset";
        }
    }
}
