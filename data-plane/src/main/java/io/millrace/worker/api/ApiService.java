package io.millrace.worker.api;

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
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/...} on PROXY_HTTP_API: forwards to the control plane and returns its answer. */
@Singleton
public final class ApiService implements HttpService {

    private static final String PREFIX = "/api/v1/";
    private static final int LAST = 10_000;

    private final ControlPlaneProxy controlPlane;

    ApiService(ControlPlaneProxy controlPlane) {
        this.controlPlane = controlPlane;
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

    private void ask(Exchange exchange, String body) {
        Request request = exchange.request();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("X-Forwarded-For", ForwardedHeaders.forwardedFor(request));
        headers.put("X-Forwarded-Proto", request.client().secure() ? "https" : "http");
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
        exchange.answer(
                status,
                new DefaultHttpHeaders()
                        .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                        .set(HttpHeaderNames.CACHE_CONTROL, "no-store"),
                body);
    }
}
