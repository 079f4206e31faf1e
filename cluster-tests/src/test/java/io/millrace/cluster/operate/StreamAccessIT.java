package io.millrace.cluster.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.millrace.cluster.fixture.MediaCluster;
import io.millrace.cluster.origin.FileOrigin;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.process.Http;
import io.millrace.cluster.rtmp.RtmpClient;
import io.millrace.cluster.rtmp.RtmpException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Who may publish and play: signed URLs, tokens and callbacks, as an operator sets them, with a control plane and two workers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StreamAccessIT {

    private static final Duration SOON = Duration.ofSeconds(20);
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
    private static final Base64.Encoder URL_SAFE = Base64.getUrlEncoder().withoutPadding();

    @TempDir
    private static Path folder;

    private final CountDownLatch over = new CountDownLatch(1);
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile boolean silent;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private MediaCluster cluster;
    private Http api;
    private HttpServer callback;
    private KeyPair issuer;
    private String signingKey;

    @BeforeAll
    void start() throws Exception {
        cluster = new MediaCluster(folder);
        api = cluster.controlPlane().api();
        cluster.nginx("rtmp");
        FileOrigin files = cluster.files("files");
        files.put(
                        "/live/cam.m3u8",
                        "application/vnd.apple.mpegurl",
                        "#EXTM3U\n#EXT-X-TARGETDURATION:60\n#EXT-X-MEDIA-SEQUENCE:1\n#EXTINF:60,\ncam-1.ts\n")
                .put("/live/cam-1.ts", "video/mp2t", new byte[1_000]);
        cluster.steer(Map.of("show", "rtmp", "news", "rtmp", "open", "rtmp", "asked", "rtmp", "cam", "files"));
        cluster.awaitOrigins(2);
        callback = callback();
        issuer = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        signingKey = api.send("POST", "/api/v1/access/keys", "{\"name\":\"shows\"}")
                .json()
                .path("secret")
                .asText();
        assertThat(signingKey).hasSizeGreaterThan(31);
        setRules();
    }

    @AfterAll
    void stop() throws Exception {
        over.countDown();
        if (callback != null) {
            callback.stop(0);
        }
        threads.shutdownNow();
        if (cluster != null) {
            cluster.close();
        }
    }

    /** Agrees with whoever says please. */
    private HttpServer callback() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 500);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(body);
            if (silent) {
                awaitTheEnd();
            }
            byte[] answer =
                    (body.contains("please") ? "{\"code\":0}" : "{\"code\":403}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        return server;
    }

    private void awaitTheEnd() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void setRules() {
        String pem = "-----BEGIN PUBLIC KEY-----\\n"
                + Base64.getEncoder().encodeToString(issuer.getPublic().getEncoded())
                + "\\n-----END PUBLIC KEY-----\\n";
        String signed = "{\"type\":\"signed\",\"keys\":[\"shows\"]}";
        Http.Answer answer = api.send("PUT", "/api/v1/access/rules", """
                {"rules": [
                  {"name": "shows", "app": "live", "stream": "show", "publish": %1$s, "play": %1$s},
                  {"name": "cams", "app": "live", "stream": "cam*", "play": %1$s},
                  {"name": "news", "app": "live", "stream": "news", "play":
                    {"type": "jwt", "publicKeys": ["%2$s"], "issuer": "https://id.example"}},
                  {"name": "asked", "app": "live", "stream": "asked", "publish":
                    {"type": "callback", "url": "http://127.0.0.1:%3$d/hook", "timeoutMillis": 2000, "cacheSeconds": 0,
                     "allowWhenUnavailable": false}}]}
                """.formatted(
                        signed, pem, callback.getAddress().getPort()));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        Await.until(
                SOON,
                "the rules are in the table",
                () -> api.get("/api/v1/routing-table")
                                .json()
                                .path("table")
                                .path("access")
                                .path("rules")
                                .size()
                        == 4);
        Await.until(
                SOON,
                "all workers have the rules",
                () -> api.get("/api/v1/workers").items().stream()
                        .allMatch(worker ->
                                worker.path("table").path("versionsBehind").asInt(1) == 0));
    }

    private String signed(String intent, String stream, String subject) {
        Http.Answer answer = api.send("POST", "/api/v1/access/keys/shows/sign", """
                {"intent": "%s", "app": "live", "stream": "%s", "expiresAt": "%s", "subject": "%s"}
                """.formatted(
                        intent, stream, Instant.now().plusSeconds(600), subject));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().path("query").asText();
    }

    private String token(String subject, long validSeconds) {
        String head = part("{\"alg\":\"RS256\"}");
        String claims = part("{\"iss\":\"https://id.example\",\"sub\":\"%s\",\"exp\":%d,\"play\":\"live/news\"}"
                .formatted(subject, Instant.now().getEpochSecond() + validSeconds));
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(issuer.getPrivate());
            signature.update((head + "." + claims).getBytes(StandardCharsets.US_ASCII));
            return head + "." + claims + "." + URL_SAFE.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String part(String json) {
        return URL_SAFE.encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static void refuses(Worker worker, String publish) {
        assertThatThrownBy(() -> RtmpClient.publish(worker.rtmp(publish))).isInstanceOf(RtmpException.class);
    }

    private static int status(String url) {
        return MediaCluster.get(url).statusCode();
    }

    @Test
    void aSignedUrlIsNeededOverEveryProtocol() throws Exception {
        refuses(cluster.first, "live/show");
        refuses(cluster.first, "live/show?" + signed("play", "show", "ann"));
        refuses(cluster.first, "live/show?" + signed("publish", "other", "ann"));
        String publish = signed("publish", "show", "ann");
        try (RtmpClient publisher = RtmpClient.publish(cluster.first.rtmp("live/show?" + publish))) {
            assertThatThrownBy(() -> RtmpClient.play(cluster.second.rtmp("live/show")))
                    .isInstanceOf(RtmpException.class);
            try (RtmpClient player =
                    RtmpClient.play(cluster.second.rtmp("live/show?" + signed("play", "show", "bob")))) {
                assertThat(player.isOpen()).isTrue();
            }
            assertThat(status(cluster.second.http("/live/show.flv"))).isEqualTo(403);
            assertThat(status(cluster.second.http("/live/show.ts"))).isEqualTo(403);
            assertThat(statusOfWhip(cluster.first.whip("show"))).isEqualTo(403);
            assertThat(statusOfWhip(cluster.first.whep("show"))).isEqualTo(403);
            assertThat(rtspStatus(cluster.first, "live/show")).isEqualTo(403);
            assertThat(rtspStatus(cluster.first, "live/show?" + signed("play", "show", "bob")))
                    .isNotEqualTo(403);
            assertThat(publisher.isOpen()).isTrue();
        }
        assertThat(cluster.first.metric("millrace_access_decisions_total", "outcome=\"denied\""))
                .isGreaterThan(3);
    }

    private static int statusOfWhip(String url) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(URI.create(url))
                                    .header("Content-Type", "application/sdp")
                                    .POST(HttpRequest.BodyPublishers.ofString(OFFER))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .statusCode();
        }
    }

    private static int rtspStatus(Worker worker, String stream) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), worker.rtspPort())) {
            socket.setSoTimeout((int) SOON.toMillis());
            OutputStream out = socket.getOutputStream();
            out.write(("DESCRIBE rtsp://127.0.0.1:" + worker.rtspPort() + "/" + stream + " RTSP/1.0\r\nCSeq: 1\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            String line = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            return Integer.parseInt(line.substring("RTSP/1.0 ".length()));
        }
    }

    @Test
    void theUrisOfAPlaylistAreSignedByTheWorkerAndAreGoodAtEveryWorker() {
        assertThat(status(cluster.first.http("/live/cam.m3u8"))).isEqualTo(403);
        assertThat(status(cluster.first.http("/live/cam-1.ts"))).isEqualTo(403);
        String segment = "/live/"
                + MediaCluster.text(cluster.first.http("/live/cam.m3u8?" + signed("play", "cam", "ann")))
                        .lines()
                        .filter(line -> line.startsWith("cam-1.ts?mr="))
                        .findFirst()
                        .orElseThrow();
        assertThat(status(cluster.first.http(segment))).isEqualTo(200);
        assertThat(status(cluster.second.http(segment))).isEqualTo(200);

        Http.Answer ban = api.send("POST", "/api/v1/bans", "{\"subject\":\"ann\",\"stream\":\"cam\"}");
        assertThat(ban.status()).as(ban.text()).isEqualTo(201);
        Await.until(SOON, "her URIs are worth nothing", () -> status(cluster.second.http(segment)) == 403);
        assertThat(status(cluster.first.http("/live/cam.m3u8?" + signed("play", "cam", "bob"))))
                .isEqualTo(200);
    }

    @Test
    void aTokenInAHeaderOrInTheUrlNamesTheStreamAndTheViewer() throws Exception {
        try (RtmpClient publisher = RtmpClient.publish(cluster.first.rtmp("live/news"))) {
            assertThat(publisher.isOpen()).isTrue();
            String url = cluster.second.http("/live/news.flv");
            assertThat(status(url)).isEqualTo(403);
            assertThat(status(url + "?token=" + token("ann", -60))).isEqualTo(403);
            assertThatThrownBy(() -> RtmpClient.play(cluster.second.rtmp("live/news")))
                    .isInstanceOf(RtmpException.class);
            try (RtmpClient player = RtmpClient.play(cluster.second.rtmp("live/news?token=" + token("carol", 600)))) {
                Await.until(
                        SOON,
                        "operators see who it is",
                        () -> api.get("/api/v1/sessions").items().stream()
                                .anyMatch(session ->
                                        session.path("subject").asText().equals("carol")));
                Http.Answer revoked =
                        api.send("POST", "/api/v1/sessions/revoke", "{\"subject\":\"carol\",\"seconds\":600}");
                assertThat(revoked.status()).as(revoked.text()).isIn(200, 201);
                Await.until(SOON, "her session has ended", () -> {
                    try {
                        return !player.isOpen();
                    } catch (IOException closed) {
                        return true;
                    }
                });
            }
            assertThatThrownBy(() -> RtmpClient.play(cluster.first.rtmp("live/news?token=" + token("carol", 600))))
                    .isInstanceOf(RtmpException.class);
            assertThat(publisher.isOpen()).isTrue();
        }
    }

    @Test
    void aCallbackDecidesAndOneThatDoesNotAnswerHoldsNothingElseUp() throws Exception {
        refuses(cluster.first, "live/asked");
        assertThat(asked.getLast()).contains("\"action\":\"on_publish\"", "\"stream\":\"asked\"");
        try (RtmpClient publisher = RtmpClient.publish(cluster.first.rtmp("live/asked?word=please"))) {
            assertThat(publisher.isOpen()).isTrue();
        }
        silent = true;
        long began = System.nanoTime();
        List<Future<?>> publishes = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            publishes.add(threads.submit(() -> refuses(cluster.first, "live/asked?word=please")));
        }
        try (RtmpClient publisher = RtmpClient.publish(cluster.first.rtmp("live/open"));
                RtmpClient player = RtmpClient.play(cluster.first.rtmp("live/open"))) {
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .as("others are let in meanwhile")
                    .isLessThan(Duration.ofSeconds(10));
            for (Future<?> publish : publishes) {
                publish.get();
            }
            assertThat(publisher.isOpen()).isTrue();
            assertThat(player.isOpen()).isTrue();
        } finally {
            silent = false;
        }
        assertThat(cluster.first.metric("millrace_access_decisions_total", "outcome=\"unknown\""))
                .isEqualTo(300);
    }

    @Test
    void noSecretIsInTheLogs() throws Exception {
        assertThat(status(cluster.first.http("/live/cam.m3u8?" + signed("play", "cam", "dora"))))
                .isEqualTo(200);
        String query = signed("publish", "show", "dora");
        RtmpClient.publish(cluster.second.rtmp("live/show?" + query)).close();
        String token = token("dora", 600);
        RtmpClient.play(cluster.second.rtmp("live/news?token=" + token)).close();
        String signature = query.substring(query.indexOf("signature=") + "signature=".length());
        for (Worker worker : List.of(cluster.first, cluster.second)) {
            assertThat(String.join("\n", worker.process().output())).doesNotContain(signature, token, signingKey);
        }
        assertThat(String.join("\n", cluster.controlPlane().process().output()))
                .doesNotContain(signature, token, signingKey);
    }
}
