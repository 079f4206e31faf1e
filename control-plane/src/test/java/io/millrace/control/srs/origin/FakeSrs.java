package io.millrace.control.srs.origin;

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
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Answers as a test wants it, on a port of its own; most tests give it what a real SRS answered. */
public final class FakeSrs implements AutoCloseable {

    private static final int CHUNK = 64 * 1024;

    public final List<String> requests = new CopyOnWriteArrayList<>();
    private final Map<String, Function<String, String>> answers = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private final String name;
    private volatile Mode mode = Mode.ANSWERS;
    private volatile String wanted = "";
    private volatile String elsewhere = "";

    /** How it behaves. */
    public enum Mode {
        ANSWERS,
        /** Takes the request and says nothing. */
        HANGS,
        /** Sends headers and the beginning of a body, and nothing more. */
        STALLS,
        /** Sends more than anybody wants to keep. */
        FLOODS,
        REFUSES,
        /** Sends whoever asks elsewhere. */
        REDIRECTS
    }

    public FakeSrs(String name) {
        this.name = name;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** A file that a real SRS answered, under {@code src/test/resources/srs}. */
    public static String captured(String file) {
        try {
            return Files.readString(Path.of("src/test/resources/srs", file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What SRS answers in each of its lists. */
    public FakeSrs withCaptured(String suffix) {
        for (String list : List.of("vhosts", "streams", "clients")) {
            answer("/api/v1/" + list + "/", captured(list + suffix + ".json"));
        }
        answer("/api/v1/versions", captured("versions.json"));
        answer("/api/v1/summaries", captured("summaries.json"));
        return this;
    }

    public FakeSrs answer(String path, String json) {
        return answer(path, query -> json);
    }

    /** @param answer to the query, which may be empty */
    public FakeSrs answer(String path, Function<String, String> answer) {
        answers.put(path, answer);
        return this;
    }

    /** Answers 401 to every request with another Authorization. */
    public FakeSrs wants(String authorization) {
        wanted = authorization;
        return this;
    }

    public FakeSrs redirectTo(String url) {
        elsewhere = url;
        return mode(Mode.REDIRECTS);
    }

    public FakeSrs mode(Mode next) {
        mode = next;
        return this;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public Origin origin() {
        return new Origin(
                new OriginId(name),
                name,
                "127.0.0.1",
                new Incarnation("service-" + name, "1"),
                OriginKind.SRS,
                Map.of(
                        Listener.RTMP,
                        List.of(new Endpoint(Transport.TCP, "127.0.0.1", 1935)),
                        Listener.API,
                        List.of(new Endpoint(Transport.TCP, "127.0.0.1", port()))),
                "",
                Map.of(),
                Origin.DEFAULT_WEIGHT,
                OriginState.UP,
                Admission.OPEN);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getQuery();
        String path = exchange.getRequestURI().getPath();
        requests.add(exchange.getRequestMethod() + " " + path + (query == null ? "" : "?" + query));
        try (exchange) {
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            if (!wanted.isEmpty() && !wanted.equals(authorization)) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            switch (mode) {
                case HANGS -> awaitClose();
                case STALLS -> {
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write("{\"code\":0,".getBytes(StandardCharsets.UTF_8));
                    exchange.getResponseBody().flush();
                    awaitClose();
                }
                case FLOODS -> flood(exchange);
                case REFUSES -> exchange.sendResponseHeaders(401, -1);
                case REDIRECTS -> {
                    exchange.getResponseHeaders().set("Location", elsewhere);
                    exchange.sendResponseHeaders(302, -1);
                }
                case ANSWERS ->
                    send(exchange, answers.getOrDefault(path, any -> "{\"code\":2048}"), query == null ? "" : query);
            }
        }
    }

    private static void send(HttpExchange exchange, Function<String, String> answer, String query) throws IOException {
        byte[] body = answer.apply(query).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
    }

    private static void flood(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        byte[] chunk = " ".repeat(CHUNK).getBytes(StandardCharsets.UTF_8);
        for (int sent = 0; sent < 4 * OriginApi.MAX_ANSWER; sent += CHUNK) {
            out.write(chunk);
        }
    }

    private void awaitClose() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
