package io.millrace.worker.webrtc.session;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.Protocol;
import io.millrace.model.settings.ClusterToken;
import io.millrace.model.wire.MediaRoute;
import io.millrace.worker.admin.ListenerBoard;
import io.millrace.worker.admin.sessions.Fixtures;
import io.millrace.worker.admin.sessions.SessionLimits;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.http.HttpPort;
import io.millrace.worker.http.HttpSettings;
import io.millrace.worker.http.listen.HttpConnections;
import io.millrace.worker.http.listen.HttpEntrance;
import io.millrace.worker.http.listen.HttpListener;
import io.millrace.worker.http.origin.OriginHttpSettings;
import io.millrace.worker.http.origin.PooledOriginHttp;
import io.millrace.worker.http.server.AnswerMetrics;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.net.loop.Loops;
import io.millrace.worker.routing.client.MediaRouteBook;
import io.millrace.worker.routing.resolve.Router;
import io.millrace.worker.routing.resolve.TestRouter;
import io.millrace.worker.routing.table.CurrentTable;
import io.millrace.worker.settings.ListenerAddress;
import io.millrace.worker.telemetry.TelemetryFixtures;
import io.millrace.worker.webrtc.RouteUfrags;
import io.millrace.worker.webrtc.SignalledSessions;
import io.millrace.worker.webrtc.WebRtcSettings;
import io.millrace.worker.webrtc.announce.SiteAddresses;
import io.millrace.worker.webrtc.announce.WorkerCandidates;
import io.millrace.worker.webrtc.session.srs.SrsRtcService;
import io.millrace.worker.webrtc.session.whip.WhipService;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** A worker's HTTP API with signalling behind it, on a real socket. */
public final class SignallingWorker implements AutoCloseable, SignalledSessions, MediaRouteBook {

    static final int UDP_PORT = 18_000;
    static final int TCP_PORT = 18_001;

    static final Duration HEDGE_AFTER = Duration.ofMillis(200);

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    static final int MAX_WAITED_FOR = 50;

    final SessionTable sessions = Fixtures.sessionTable(Clock.systemUTC(), 100, MAX_WAITED_FOR);
    final List<MediaRoute> expected = new CopyOnWriteArrayList<>();
    final List<String> ended = new CopyOnWriteArrayList<>();
    final List<MediaRoute> book = new CopyOnWriteArrayList<>();
    final List<String> removed = new CopyOnWriteArrayList<>();
    final AtomicBoolean draining = new AtomicBoolean();
    volatile Optional<String> standIn = Optional.empty();
    volatile CompletionStage<Void> putAnswer = CompletableFuture.completedFuture(null);
    private final EventLoops loops = new EventLoops(1);
    private final HttpListener listener;

    public static WebRtcSettings settings(boolean direct, String... addresses) {
        return new WebRtcSettings(
                new ListenerAddress("", UDP_PORT),
                Optional.of(new ListenerAddress("", TCP_PORT)),
                List.of(addresses),
                direct,
                LIMIT,
                Duration.ofSeconds(2),
                HEDGE_AFTER);
    }

    SignallingWorker(WebRtcSettings settings, TestRouter router) throws IOException {
        this(settings, router, router.table());
    }

    SignallingWorker(WebRtcSettings settings, Router router, CurrentTable table) throws IOException {
        ClusterToken token = ClusterToken.of("secret-0123456789abcdef-0123456789");
        ListenerBoard board = new ListenerBoard();
        board.up(Protocol.WEBRTC, new InetSocketAddress(UDP_PORT));
        board.up(WorkerCandidates.TCP_LISTENER, new InetSocketAddress(TCP_PORT));
        SignallingContext context = new SignallingContext(
                settings,
                router,
                table,
                new PooledOriginHttp(new OriginHttpSettings(Duration.ofSeconds(2), LIMIT, 4), loops::client),
                new RouteUfrags(token, table, new SecureRandom()),
                new ResourceTokens(token),
                new MediaRoutes(this, this, Duration.ofMillis(300)),
                new WorkerCandidates(settings, board, new SiteAddresses(List::of, Clock.systemUTC())),
                new SignallingAdmission(
                        draining::get,
                        () -> CompletableFuture.completedFuture(standIn),
                        sessions,
                        new SessionLimits(1, 100, 1, 1),
                        LIMIT),
                sessions,
                TelemetryFixtures.originMetrics(),
                Clock.systemUTC());
        HttpSettings http = new HttpSettings(
                ListenerAddress.parse("0", "127.0.0.1"),
                ListenerAddress.parse("0", "127.0.0.1"),
                LIMIT,
                LIMIT,
                LIMIT,
                LIMIT,
                1 << 20,
                100,
                false,
                LIMIT,
                LIMIT,
                LIMIT);
        HttpConnections connections = HttpConnections.of(
                HttpPort.API,
                http,
                List.of(new WhipService(context), new SrsRtcService(context)),
                loops,
                sessions,
                new AnswerMetrics(new SimpleMeterRegistry()),
                Clock.systemUTC());
        listener = HttpListener.open(
                loops,
                http.api(),
                HttpEntrance.of(http, loops, sessions),
                pipeline -> connections.http1(pipeline, false));
    }

    HttpResponse<String> ask(String method, String target, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + listener.boundTo().getPort() + target))
                .timeout(LIMIT)
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body, StandardCharsets.ISO_8859_1));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
    }

    HttpResponse<String> post(String target, String body) throws Exception {
        return ask("POST", target, body, "Content-Type", "application/sdp");
    }

    @Override
    public void expect(MediaRoute route) {
        expected.add(route);
    }

    @Override
    public void ended(String ufrag, String detail) {
        ended.add(ufrag);
    }

    @Override
    public CompletionStage<Void> put(MediaRoute route) {
        book.add(route);
        return putAnswer;
    }

    @Override
    public CompletionStage<Optional<MediaRoute>> find(String key) {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    public CompletionStage<Void> remove(String key) {
        removed.add(key);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {
        listener.close();
        Loops.close(loops);
    }
}
