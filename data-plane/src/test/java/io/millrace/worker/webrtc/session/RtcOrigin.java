package io.millrace.worker.webrtc.session;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.model.Admission;
import io.millrace.model.Endpoint;
import io.millrace.model.Incarnation;
import io.millrace.model.Listener;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginKind;
import io.millrace.model.OriginState;
import io.millrace.model.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The HTTP API of an origin: keeps what it was asked and answers as a test wants. */
final class RtcOrigin implements AutoCloseable {

    static final int MEDIA_PORT = 8_000;

    private final HttpServer server;
    private final OriginKind kind;
    final List<Asked> asked = new CopyOnWriteArrayList<>();
    /** Probes, which have no side effects. */
    final List<Asked> requests = new CopyOnWriteArrayList<>();

    private volatile boolean hangsUpOnQuestions;
    private volatile CompletableFuture<Void> awake = CompletableFuture.completedFuture(null);
    volatile Function<Asked, Answer> script = one -> new Answer(404, "no script", Map.of());

    /** One request. */
    record Asked(String method, String target, Map<String, List<String>> headers, String body) {

        @Nullable
        String header(String name) {
            return headers.entrySet().stream()
                    .filter(entry -> entry.getKey().equalsIgnoreCase(name))
                    .map(entry -> String.join("|", entry.getValue()))
                    .findFirst()
                    .orElse(null);
        }

        String parameter(String name) {
            return Queries.value(target.substring(target.indexOf('?') + 1), name)
                    .orElse("");
        }
    }

    /**
     * @param status 0 for hanging up without a word
     * @param headers of which several of one name stand in one list
     */
    record Answer(int status, String body, Map<String, List<String>> headers) {}

    RtcOrigin(OriginKind kind) throws IOException {
        this.kind = kind;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.createContext("/", this::serve);
        server.start();
    }

    private void serve(HttpExchange exchange) throws IOException {
        awake.join();
        try (exchange) {
            Asked one = new Asked(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    Map.copyOf(exchange.getRequestHeaders()),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
            if (one.method().equals("OPTIONS")) {
                requests.add(one);
                if (!hangsUpOnQuestions) {
                    exchange.sendResponseHeaders(204, -1);
                }
                return;
            }
            asked.add(one);
            Answer answer = script.apply(one);
            if (answer.status() == 0) {
                return;
            }
            answer.headers()
                    .forEach((name, values) -> exchange.getResponseHeaders().put(name, values));
            byte[] body = answer.body().getBytes(StandardCharsets.ISO_8859_1);
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    void hangUpOnQuestions() {
        hangsUpOnQuestions = true;
    }

    /** From now on it takes connections and answers nothing. */
    void freeze() {
        awake = new CompletableFuture<>();
    }

    /** It answers whatever has come meanwhile. */
    void thaw() {
        awake.complete(null);
    }

    Origin origin() {
        return at(server.getAddress().getPort(), kind);
    }

    static Origin at(int apiPort, OriginKind kind) {
        Endpoint api = new Endpoint(Transport.TCP, "127.0.0.1", apiPort);
        return new Origin(
                OriginId.of("o" + apiPort, "127.0.0.1", apiPort),
                "o" + apiPort,
                "127.0.0.1",
                Incarnation.UNKNOWN,
                kind,
                Map.of(
                        Listener.HTTP,
                        List.of(new Endpoint(Transport.TCP, "127.0.0.1", 1)),
                        Listener.API,
                        List.of(api),
                        Listener.RTC,
                        List.of(
                                new Endpoint(Transport.TCP, "127.0.0.1", MEDIA_PORT),
                                new Endpoint(Transport.UDP, "127.0.0.1", MEDIA_PORT))),
                "",
                Map.of(),
                Origin.DEFAULT_WEIGHT,
                OriginState.UP,
                Admission.OPEN);
    }

    @Override
    public void close() {
        thaw();
        server.stop(0);
    }
}
