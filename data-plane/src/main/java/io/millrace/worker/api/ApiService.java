package io.millrace.worker.api;

import io.millrace.model.collect.RecentEntries;
import io.millrace.model.log.LogText;
import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.ForwardedHeaders;
import io.millrace.worker.http.HttpPort;
import io.millrace.worker.http.HttpService;
import io.millrace.worker.http.Request;
import io.millrace.worker.routing.client.ControlPlaneProxy;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/...} on PROXY_HTTP_API: forwards to the control plane and returns its answer. */
@Singleton
public final class ApiService implements HttpService {

    private static final String PREFIX = "/api/v1/";
    private static final int LAST = 10_000;

    private static final Logger LOG = Logger.getLogger(ApiService.class);
    private static final int MAX_SOURCES = 200;
    private static final Duration QUIET = Duration.ofMinutes(1);

    /** In a request to the control plane, whose Authorization is the worker's own. */
    private static final String CLIENT_AUTHORIZATION = "X-Millrace-Client-Authorization";

    private final ControlPlaneProxy controlPlane;

    private final ApiAccess access;

    /** When each source had a line of the log. */
    private final RecentEntries<String, Boolean> logged = new RecentEntries<>(MAX_SOURCES);

    private final InstantSource clock;

    ApiService(ControlPlaneProxy controlPlane, ApiSettings settings, InstantSource clock) {
        this.controlPlane = controlPlane;
        this.access = new ApiAccess(settings);
        this.clock = clock;
    }

    @Override
    public String word() {
        return "api";
    }

    /** What no other service claims on this port is refused here, in JSON. */
    @Override
    public int order() {
        return LAST;
    }

    @Override
    public HttpPort port() {
        return HttpPort.API;
    }

    /** A page would read what the browser's place in the network allows. */
    @Override
    public boolean isForPages() {
        return false;
    }

    @Override
    public boolean claims(Request request) {
        return true;
    }

    @Override
    public void serve(Exchange exchange) {
        Request request = exchange.request();
        if (!request.path().startsWith(PREFIX)) {
            answer(exchange, HttpResponseStatus.NOT_FOUND, "there is no such API here");
            return;
        }
        Optional<ApiAccess.Refusal> refusal = access.refusal(request);
        if (refusal.isPresent()) {
            refuse(exchange, refusal.get());
            return;
        }
        CompositeByteBuf body = exchange.channel().alloc().compositeBuffer(1_024);
        exchange.onClientGone(() -> {
            if (body.refCnt() > 0) {
                body.release();
            }
        });
        exchange.onBody(piece -> body.addComponent(true, piece), () -> {
            String text = body.toString(StandardCharsets.UTF_8);
            body.release();
            ask(exchange, text);
        });
    }

    private void refuse(Exchange exchange, ApiAccess.Refusal refusal) {
        Request request = exchange.request();
        Instant now = clock.instant();
        if (logged.find(request.client().ip(), now.minus(QUIET)).isEmpty()) {
            logged.put(request.client().ip(), true, now);
            LOG.warnf(
                    "refused a request to SRS's API from=%s call=%s reason=\"%s\"",
                    request.client().shown(),
                    LogText.quoted(request.method() + " " + request.path()),
                    refusal.message());
        }
        answer(
                exchange,
                refusal.wantsToken() ? HttpResponseStatus.UNAUTHORIZED : HttpResponseStatus.FORBIDDEN,
                refusal.message());
    }

    private void ask(Exchange exchange, String body) {
        Request request = exchange.request();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("X-Forwarded-For", ForwardedHeaders.forwardedFor(request));
        headers.put("X-Forwarded-Proto", request.client().secure() ? "https" : "http");
        ApiAccess.token(request).ifPresent(token -> headers.put(CLIENT_AUTHORIZATION, token));
        String type = request.headers().get(HttpHeaderNames.CONTENT_TYPE);
        if (type != null) {
            headers.put("Content-Type", type);
        }
        controlPlane
                .forward(new ControlPlaneProxy.Request(
                        request.method().name(), "/srs" + request.target(), headers, body))
                .whenComplete(
                        (answer, failure) -> exchange.channel().eventLoop().execute(() -> answered(exchange, answer)));
    }

    private static void answered(Exchange exchange, ControlPlaneProxy.@Nullable Response answer) {
        if (answer == null) {
            answer(exchange, HttpResponseStatus.SERVICE_UNAVAILABLE, "the control plane does not answer");
            return;
        }
        HttpHeaders headers = new DefaultHttpHeaders().set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        if (!answer.contentType().isEmpty()) {
            headers.set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
        }
        if (!answer.location().isEmpty()) {
            headers.set(HttpHeaderNames.LOCATION, answer.location());
        }
        if (!answer.truncated().isEmpty()) {
            headers.set(ControlPlaneProxy.TRUNCATED, answer.truncated());
        }
        exchange.answer(
                HttpResponseStatus.valueOf(answer.status()),
                headers,
                Unpooled.copiedBuffer(answer.body(), StandardCharsets.UTF_8));
    }

    private static void answer(Exchange exchange, HttpResponseStatus status, String detail) {
        ByteBuf body = Unpooled.copiedBuffer(
                "{\"code\":" + status.code() + ",\"data\":\"" + detail + "\"}", StandardCharsets.UTF_8);
        HttpHeaders headers = new DefaultHttpHeaders()
                .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        if (status.equals(HttpResponseStatus.UNAUTHORIZED)) {
            headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"millrace\"");
        }
        exchange.answer(status, headers, body);
    }
}
