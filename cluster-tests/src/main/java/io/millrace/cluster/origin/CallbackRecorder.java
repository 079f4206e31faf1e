package io.millrace.cluster.origin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes nginx-rtmp's HTTP callbacks and keeps what each origin saw. */
public final class CallbackRecorder implements AutoCloseable {

    /** A callback for each of a thousand viewers at once: nginx denies the play when one is not answered within 10 s. */
    private static final int BACKLOG = 4_096;

    private final HttpServer server;
    private final List<Call> calls = new CopyOnWriteArrayList<>();

    /**
     * One callback.
     *
     * @param origin who called
     * @param fields everything it said, in its words: call, app, name, tcurl, addr, and the stream's own arguments
     */
    public record Call(String origin, Map<String, String> fields) {

        public String field(String name) {
            return fields.getOrDefault(name, "");
        }
    }

    public CallbackRecorder() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::record);
        server.start();
    }

    private void record(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Map<String, String> fields = new LinkedHashMap<>();
            for (String pair : body.split("&", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    fields.put(
                            pair.substring(0, equals),
                            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
                }
            }
            calls.add(new Call(exchange.getRequestURI().getPath().substring(1), Map.copyOf(fields)));
            exchange.sendResponseHeaders(200, -1);
        }
    }

    /** The address that an origin is to call. */
    String url(String origin) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + origin;
    }

    public List<Call> calls() {
        return List.copyOf(calls);
    }

    /** @param call {@code publish}, {@code play}, {@code publish_done} or {@code play_done} */
    public List<Call> calls(String call, String name) {
        return calls.stream()
                .filter(seen ->
                        seen.field("call").equals(call) && seen.field("name").equals(name))
                .toList();
    }

    /** The origins that saw this, each once, in order. */
    public List<String> origins(String call, String name) {
        return calls(call, name).stream().map(Call::origin).distinct().toList();
    }

    public void clear() {
        calls.clear();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
