package io.millrace.worker.routing.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.model.Endpoint;
import io.millrace.model.Intent;
import io.millrace.model.OriginId;
import io.millrace.model.Protocol;
import io.millrace.model.settings.ClusterToken;
import io.millrace.model.table.RoutingTable;
import io.millrace.model.table.TableVersion;
import io.millrace.model.wire.MediaRoute;
import io.millrace.model.wire.ReportAnswer;
import io.millrace.model.wire.ResolveAnswer;
import io.millrace.model.wire.ResolveRequest;
import io.millrace.model.wire.TableAck;
import io.millrace.model.wire.TableAnswer;
import io.millrace.model.wire.WorkerReport;
import io.millrace.model.wire.WorkerVitals;
import io.millrace.worker.admin.LogLines;
import io.millrace.worker.admin.sessions.Fixtures;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControlPlaneClientTest {

    private static final Duration SOON = Duration.ofSeconds(8);

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Reachability reachability = new Reachability();
    private final LogLines log = LogLines.of(Reachability.class);

    /** A control plane that answers all requests alike. */
    private final class Peer {

        final HttpServer server;
        final List<String> heard = new CopyOnWriteArrayList<>();
        final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        volatile int status = 200;
        volatile String body = "{\"controlPlane\":\"cp\",\"reportMillis\":1000}";
        volatile int promisedMore;
        volatile boolean hasNoNews;

        Peer() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(threads);
            server.createContext("/", this::handle);
            server.start();
            open.add(() -> {
                server.stop(0);
                threads.shutdownNow();
            });
        }

        private void handle(HttpExchange exchange) throws IOException {
            String asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            heard.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " " + asked);
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            boolean noNews = hasNoNews && exchange.getRequestURI().getPath().endsWith("/routing-table");
            int code = noNews ? 304 : status;
            boolean none = code == 304 || code == 204;
            exchange.sendResponseHeaders(code, none ? -1 : bytes.length + promisedMore);
            if (!none) {
                exchange.getResponseBody().write(bytes);
                exchange.getResponseBody().flush();
            }
            if (promisedMore == 0) {
                exchange.close();
            }
        }

        URI url() {
            return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        }
    }

    /** Accepts connections (the kernel does) and never says a word. */
    private URI silent() throws IOException {
        ServerSocket socket = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        open.add(socket);
        return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    private static URI refusing() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }
    }

    private ControlPlaneClient client(URI... urls) {
        ControlPlaneClient client = new ControlPlaneClient(
                ControlPlaneTargets.inOrder(List.of(urls)),
                "w 1",
                ClusterToken.of("secret-0123456789abcdef-0123456789"),
                reachability);
        open.add(client);
        return client;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        log.close();
    }

    private static CompletableFuture<ReportAnswer> report(ControlPlaneClient client) {
        return client.report(new WorkerReport(
                "i",
                WorkerReport.Phase.SERVING,
                null,
                WorkerVitals.NONE,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of()));
    }

    private static CompletableFuture<ResolveAnswer> resolve(ControlPlaneClient client) {
        return client.resolve(new ResolveRequest("w", Fixtures.STREAM, Intent.PLAY, Protocol.RTMP, List.of()));
    }

    private static <T> T soon(CompletableFuture<T> answer) {
        return answer.orTimeout(SOON.toMillis(), TimeUnit.MILLISECONDS).join();
    }

    private static ControlPlaneException problem(CompletableFuture<?> answer) {
        try {
            soon(answer);
        } catch (CompletionException e) {
            if (e.getCause() instanceof ControlPlaneException problem) {
                return problem;
            }
            throw e;
        }
        throw new AssertionError("it was answered");
    }

    @Test
    void asksInTheWordsOfTheInternalApi() throws IOException {
        Peer peer = new Peer();
        ControlPlaneClient client = client(peer.url());
        assertThat(soon(report(client)).controlPlane()).isEqualTo("cp");
        peer.status = 204;
        soon(client.acknowledge(new TableAck("i", new TableVersion("e", 1), "")));
        peer.status = 304;
        assertThat(soon(client.table(new TableVersion("e:x", 1), Duration.ofSeconds(1))))
                .isEmpty();
        peer.status = 200;
        peer.body = Json.MAPPER.writeValueAsString(TableAnswer.whole(RoutingTable.empty(new TableVersion("e", 2))));
        assertThat(soon(client.table(null, Duration.ofSeconds(1))).orElseThrow().whole())
                .isNotNull();
        peer.body = "{\"outcome\":\"rebuilding\",\"reason\":\"r\",\"unknown\":[1]}";
        assertThat(soon(resolve(client)).outcome()).isEqualTo(ResolveAnswer.Outcome.REBUILDING);

        assertThat(peer.heard.get(0))
                .startsWith("POST /internal/v1/workers/w+1/reports Bearer secret-0123456789abcdef-0123456789 {");
        assertThat(peer.heard.get(1))
                .startsWith("POST /internal/v1/workers/w+1/table-acks Bearer secret-0123456789abcdef-0123456789 {");
        assertThat(peer.heard.get(2))
                .startsWith(
                        "GET /internal/v1/routing-table?worker=w+1&have=e%3Ax%3A1&waitMillis=1000 Bearer secret-0123456789abcdef-0123456789");
        assertThat(peer.heard.get(3)).startsWith("GET /internal/v1/routing-table?worker=w+1&waitMillis=1000 ");
        assertThat(peer.heard.get(4))
                .startsWith("POST /internal/v1/resolve Bearer secret-0123456789abcdef-0123456789 {");
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void tellsAndAsksAboutMediaThatDoesNotNameItsStream() throws IOException {
        Peer peer = new Peer();
        ControlPlaneClient client = client(peer.url());
        MediaRoute route = new MediaRoute(
                "8h+/Y",
                OriginId.of("o", "192.0.2.1", 1935),
                Endpoint.of("udp://192.0.2.1:8000"),
                Fixtures.STREAM,
                Intent.PLAY,
                3,
                "/rtc/v1/whep/?session=1",
                "ann");
        peer.status = 204;
        soon(client.put(route));
        soon(client.remove("8h+/Y"));
        peer.status = 200;
        peer.body = Json.MAPPER.writeValueAsString(route);
        assertThat(soon(client.find("8h+/Y"))).contains(route);
        peer.body = "{\"worker\":\"other\",\"api\":\"http://192.0.2.7:11985\"}";
        assertThat(soon(client.alternativeWorker())).contains("http://192.0.2.7:11985");
        peer.status = 404;
        assertThat(soon(client.find("none"))).isEmpty();
        assertThat(soon(client.alternativeWorker())).isEmpty();
        peer.status = 500;
        assertThat(problem(client.find("none")).status()).isEqualTo(500);

        assertThat(peer.heard.get(0))
                .startsWith("PUT /internal/v1/media-routes/8h%2B%2FY Bearer secret-0123456789abcdef-0123456789 {");
        assertThat(peer.heard.get(1))
                .startsWith("DELETE /internal/v1/media-routes/8h%2B%2FY Bearer secret-0123456789abcdef-0123456789");
        assertThat(peer.heard.get(2))
                .startsWith("GET /internal/v1/media-routes/8h%2B%2FY Bearer secret-0123456789abcdef-0123456789");
        assertThat(peer.heard.get(3))
                .startsWith("GET /internal/v1/workers/w+1/stand-in Bearer secret-0123456789abcdef-0123456789");
    }

    @Test
    void goesOnToTheNextWhenOneRefusesAndStaysThere() throws IOException {
        Peer second = new Peer();
        ControlPlaneClient client = client(refusing(), second.url());
        soon(report(client));
        soon(report(client));
        assertThat(second.heard).hasSize(2);
        assertThat(reachability.isAnswering()).isTrue();
        second.body = "{\"outcome\":\"no-origin\",\"reason\":\"r\"}";
        assertThat(soon(resolve(client)).outcome()).isEqualTo(ResolveAnswer.Outcome.NO_ORIGIN);
    }

    @Test
    void goesOnToTheNextWithinSecondsWhenOneIsSilentAndTakesTheLongPollAlong() throws IOException {
        Peer second = new Peer();
        second.hasNoNews = true;
        ControlPlaneClient client = client(silent(), second.url());
        CompletableFuture<?> poll = client.table(null, Duration.ofSeconds(20));
        soon(report(client));
        soon(poll);
        assertThat(second.heard).anyMatch(line -> line.contains("routing-table"));
    }

    @Test
    void doesNotBotherTheNextWithAResolveThatNobodyWaitsFor() throws IOException {
        Peer second = new Peer();
        ControlPlaneClient client = client(silent(), second.url());
        assertThat(problem(resolve(client)).status()).isZero();
        assertThat(second.heard).isEmpty();
        soon(report(client));
        assertThat(second.heard).hasSize(1);
    }

    @Test
    void goesBackWhereItBelongsOnceThatAnswersAndTakesTheLongPollAlong() throws IOException {
        Peer home = new Peer();
        Peer other = new Peer();
        ControlPlaneClient client = client(home.url(), other.url());
        home.status = 503;
        assertThat(report(client)).succeedsWithin(SOON);
        int before = home.heard.size();
        client.returnToPreferred();
        await().atMost(SOON).until(() -> home.heard.size() > before);
        assertThat(report(client)).succeedsWithin(SOON);
        assertThat(other.heard).as("home is not well yet").hasSize(2);
        home.status = 200;
        client.returnToPreferred();
        await().atMost(SOON).untilAsserted(() -> {
            int heard = other.heard.size();
            assertThat(report(client)).succeedsWithin(SOON);
            assertThat(other.heard).hasSize(heard);
        });
    }

    @Test
    void keepsAskingAfterTheSessionsDeadlineSoThatALateAnswerCounts() throws IOException {
        Peer peer = new Peer();
        ControlPlaneClient client = client(peer.url());
        HttpServer slow = peer.server;
        slow.removeContext("/");
        slow.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            await().pollDelay(Duration.ofMillis(700)).until(() -> true);
            byte[] bytes = "{\"outcome\":\"rebuilding\",\"reason\":\"\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        assertThat(soon(resolve(client)).outcome()).isEqualTo(ResolveAnswer.Outcome.REBUILDING);
    }

    @Test
    void givesUpOnAnAnswerThatStopsInItsMiddle() throws IOException {
        Peer peer = new Peer();
        peer.promisedMore = 100;
        assertThat(problem(report(client(peer.url())))).hasMessageContaining("does not answer in time");
    }

    @Test
    void saysInOneLineThatTheTokenIsWrong() throws IOException {
        Peer peer = new Peer();
        peer.status = 401;
        ControlPlaneClient client = client(peer.url());
        for (int i = 0; i < 5; i++) {
            assertThat(problem(report(client)).status()).isEqualTo(401);
        }
        assertThat(log.lines()).hasSize(1).first().asString().contains("MILLRACE_CLUSTER_TOKEN");
        peer.status = 200;
        soon(report(client));
        assertThat(log.lines()).hasSize(2).last().asString().contains("control plane available");
        assertThat(peer.heard).noneMatch(line -> log.lines().toString().contains("secret"));
    }

    @Test
    void takesARefusalAsAnAnswer() throws IOException {
        Peer peer = new Peer();
        peer.status = 404;
        Peer second = new Peer();
        assertThat(problem(report(client(peer.url(), second.url()))).status()).isEqualTo(404);
        assertThat(second.heard).isEmpty();
        assertThat(reachability.isAnswering()).isTrue();
    }

    @Test
    void saysOnceThatAllAreLostAndWhich() throws IOException {
        ControlPlaneClient client = client(refusing(), refusing());
        problem(report(client));
        problem(report(client));
        assertThat(log.lines())
                .hasSize(1)
                .first()
                .asString()
                .contains("control plane unavailable")
                .contains("http://127.0.0.1:");
        assertThat(reachability.isAnswering()).isFalse();
    }

    @Test
    void refusesAnswersThatMakeNoSense() throws IOException {
        Peer peer = new Peer();
        ControlPlaneClient client = client(peer.url());
        for (String odd : List.of(
                "", "null", "[]", "<html>", "{", "{}", "{\"outcome\":\"perhaps\"}", "{\"outcome\":\"bound\"}")) {
            peer.body = odd;
            assertThat(problem(resolve(client))).as(odd).hasMessageContaining("makes no sense");
            assertThat(problem(report(client)).status()).as(odd).isEqualTo(200);
            if (!odd.isEmpty()) {
                assertThat(problem(client.table(null, Duration.ZERO)))
                        .as(odd)
                        .isInstanceOf(UnreadableTableException.class);
            }
        }
        peer.body = "{\"whole\":{\"version\":\"e:9\",\"origins\":7}}";
        assertThat(problem(client.table(null, Duration.ZERO)))
                .isInstanceOfSatisfying(
                        UnreadableTableException.class,
                        problem -> assertThat(problem.version()).isEqualTo("e:9"));
        assertThat(log.lines()).isEmpty();
    }
}
