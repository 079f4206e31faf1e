package io.millrace.worker.flv;

import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.flv.relay.FlvContext;
import io.millrace.worker.flv.relay.FlvSession;
import io.millrace.worker.flv.relay.Wish;
import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.HttpService;
import io.millrace.worker.http.HttpSettings;
import io.millrace.worker.http.Request;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.routing.resolve.Router;
import io.millrace.worker.telemetry.OriginMetrics;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.regex.Pattern;

/** {@code /app/stream.flv} and {@code /app/stream.ts}: live streams. */
@Singleton
public final class FlvService implements HttpService {

    /** How packagers name segments: {@code cam-12.ts}, {@code 12.ts}. Those belong to HLS. */
    private static final Pattern SEGMENT = Pattern.compile("(?:.*-)?\\d+");

    private final FlvContext context;

    FlvService(
            HttpSettings settings,
            EventLoops loops,
            SessionTable sessions,
            Router router,
            OriginMetrics originMetrics,
            InstantSource clock) {
        this.context = new FlvContext(settings, loops, sessions, router, originMetrics, clock);
    }

    @Override
    public String word() {
        return "flv";
    }

    @Override
    public boolean claims(Request request) {
        return isLive(request.path(), request.query());
    }

    static boolean isLive(String path, String query) {
        int slash = path.lastIndexOf('/');
        String last = path.substring(slash + 1);
        // A signed route in the query: a segment of a playlist, whatever its name.
        if (slash < 1 || ("&" + query).contains("&mr=")) {
            return false;
        }
        if (last.endsWith(".flv")) {
            return last.length() > ".flv".length();
        }
        return last.endsWith(".ts")
                && last.length() > ".ts".length()
                && !SEGMENT.matcher(last.substring(0, last.length() - ".ts".length()))
                        .matches();
    }

    @Override
    public void serve(Exchange exchange) {
        Request request = exchange.request();
        if (!request.method().equals(HttpMethod.GET) && !request.isHead()) {
            exchange.answer(
                    HttpResponseStatus.METHOD_NOT_ALLOWED,
                    plainText().set(HttpHeaderNames.ALLOW, "GET, HEAD, OPTIONS"),
                    Unpooled.copiedBuffer("A live stream can only be played, by GET.\n", StandardCharsets.UTF_8));
            return;
        }
        Wish wish = Wish.of(exchange);
        if (wish == Wish.BROKEN_WEBSOCKET) {
            exchange.answer(
                    HttpResponseStatus.UPGRADE_REQUIRED,
                    plainText().set("sec-websocket-version", "13"),
                    Unpooled.copiedBuffer(
                            "Not a WebSocket handshake, version 13, over HTTP/1.1.\n", StandardCharsets.UTF_8));
            return;
        }
        StreamKey stream;
        try {
            stream = context.router().naming().ofHttp(request.host(), request.path(), request.query());
        } catch (IllegalArgumentException e) {
            String problem = String.valueOf(e.getMessage());
            context.sessions()
                    .rejected(
                            Protocol.FLV,
                            CloseReason.PEER_BAD_NAME,
                            request.client().shown(),
                            problem);
            exchange.refuse(HttpResponseStatus.BAD_REQUEST, problem);
            return;
        }
        FlvSession.start(context, exchange, wish, stream);
    }

    private static HttpHeaders plainText() {
        return new DefaultHttpHeaders().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
    }
}
