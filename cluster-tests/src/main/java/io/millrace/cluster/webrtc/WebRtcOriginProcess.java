package io.millrace.cluster.webrtc;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;

/** The process of a {@link WebRtcOrigin}: port and, where it wants one, bearer token are its arguments. Ends with its input. */
final class WebRtcOriginProcess {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String WHIP = "/rtc/v1/whip/";
    private static final String WHEP = "/rtc/v1/whep/";
    private static final String SESSION = "/session/";

    private final Stage stage = new Stage();
    private final String token;

    private WebRtcOriginProcess(String token) {
        this.token = token;
    }

    public static void main(String[] arguments) throws IOException {
        WebRtcOriginProcess process = new WebRtcOriginProcess(arguments.length > 1 ? arguments[1] : "");
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])), 1_000);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", process::answer);
        server.start();
        while (System.in.read() >= 0) {
            // Until whoever started us is gone.
        }
        // Native threads would keep the process; the kernel closes their sockets.
        Runtime.getRuntime().halt(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Headers headers = exchange.getResponseHeaders();
            headers.set("Access-Control-Allow-Origin", "*");
            try {
                route(exchange);
            } catch (Refusal refusal) {
                send(exchange, refusal.status(), "text/plain", refusal.getMessage());
            }
        }
    }

    private void route(HttpExchange exchange) throws IOException, Refusal {
        String path = exchange.getRequestURI().getPath();
        String call = exchange.getRequestMethod() + " " + path;
        if (call.equals("GET /stats")) {
            send(exchange, 200, "application/json", JSON.writeValueAsString(stage.stats()));
        } else if (call.equals("POST " + WHIP)) {
            post(exchange, true);
        } else if (call.equals("POST " + WHEP)) {
            post(exchange, false);
        } else if (call.startsWith("DELETE " + SESSION)) {
            stage.end(path.substring(SESSION.length()));
            exchange.sendResponseHeaders(200, -1);
        } else if (call.startsWith("OPTIONS ")) {
            exchange.getResponseHeaders().set("Access-Control-Allow-Methods", "OPTIONS, POST, DELETE");
            exchange.getResponseHeaders().set("Access-Control-Allow-Headers", "Authorization, Content-Type");
            exchange.sendResponseHeaders(204, -1);
        } else {
            throw new Refusal(404, "nothing at " + call);
        }
    }

    private void post(HttpExchange exchange, boolean publish) throws IOException, Refusal {
        if (!token.isEmpty()
                && !("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            throw new Refusal(401, "this origin wants its token");
        }
        Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
        String stream = query.getOrDefault("app", "live") + "/" + query.getOrDefault("stream", "livestream");
        String offer = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Stage.Opened opened = publish ? stage.publish(stream, offer) : stage.play(stream, offer);
        Headers headers = exchange.getResponseHeaders();
        headers.set("Location", SESSION + opened.id());
        headers.set("Link", "<stun:127.0.0.1:3478>; rel=\"ice-server\"");
        headers.set("Access-Control-Expose-Headers", "Location, Link");
        send(exchange, 201, "application/sdp", opened.answer());
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> result = new HashMap<>();
        for (String pair : String.valueOf(raw).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                result.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return result;
    }

    private static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }
}
