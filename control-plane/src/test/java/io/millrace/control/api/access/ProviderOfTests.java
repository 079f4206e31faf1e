package io.millrace.control.api.access;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * As much of an identity provider as Quarkus asks for. Tests live in another class loader, so they drive it by HTTP: PUT sets what is answered
 * at a path, {@code /count} and {@code /last} tell how often a path was asked and with what, {@code /silent} keeps it from answering and {@code /speaking} ends that.
 */
public final class ProviderOfTests implements QuarkusTestResourceLifecycleManager {

    private static final int BACKLOG = 64;

    private final Map<String, byte[]> answers = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
    private final Map<String, byte[]> last = new ConcurrentHashMap<>();
    private @Nullable HttpServer server;

    /** At zero while it answers. */
    private volatile CountDownLatch silence = new CountDownLatch(0);

    @Override
    public Map<String, String> start() {
        try {
            HttpServer started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
            server = started;
            String url = "http://127.0.0.1:" + started.getAddress().getPort();
            answers.put("/.well-known/openid-configuration", """
                    {"issuer":"%1$s","authorization_endpoint":"%1$s/auth","token_endpoint":"%1$s/token","jwks_uri":"%1$s/jwks",
                     "end_session_endpoint":"%1$s/end","response_types_supported":["code"],"subject_types_supported":["public"],
                     "id_token_signing_alg_values_supported":["RS256"]}""".formatted(url).getBytes(StandardCharsets.UTF_8));
            answers.put("/jwks", "{\"keys\":[]}".getBytes(StandardCharsets.UTF_8));
            started.createContext("/", this::answer);
            started.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            started.start();
            return Map.of("millrace.oidc.url", url);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            byte[] body = exchange.getRequestBody().readAllBytes();
            byte @Nullable [] answer = new byte[0];
            switch (path) {
                case "/silent" -> silence = new CountDownLatch(1);
                case "/speaking" -> silence.countDown();
                case "/last" ->
                    answer = last.getOrDefault(exchange.getRequestURI().getQuery(), new byte[0]);
                case "/count" ->
                    answer = String.valueOf(asked.computeIfAbsent(
                                    exchange.getRequestURI().getQuery(), name -> new AtomicInteger()))
                            .getBytes(StandardCharsets.UTF_8);
                default -> {
                    if (exchange.getRequestMethod().equals("PUT")) {
                        answers.put(path, body);
                    } else {
                        asked.computeIfAbsent(path, name -> new AtomicInteger()).incrementAndGet();
                        last.put(path, body);
                        silence.await();
                        answer = answers.get(path);
                    }
                }
            }
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            if (answer == null) {
                byte[] refusal = "{\"error\":\"invalid_grant\"}".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(400, refusal.length);
                exchange.getResponseBody().write(refusal);
            } else {
                exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
                exchange.getResponseBody().write(answer);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stop() {
        if (server != null) {
            silence.countDown();
            server.stop(0);
        }
    }
}
