package io.millrace.worker.http;

import io.millrace.worker.http.semantics.EndToEnd;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

/** The headers of a request to an origin, which tell it who its client is. */
public final class ForwardedHeaders {

    private ForwardedHeaders() {}

    /** What an origin is asked with for this client, Host included; nothing about a body. */
    public static HttpHeaders of(Request request) {
        HttpHeaders headers = EndToEnd.headers(request.headers());
        headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        if (request.host().isEmpty()) {
            headers.remove(HttpHeaderNames.HOST);
        } else {
            headers.set(HttpHeaderNames.HOST, request.host());
        }
        String ip = request.client().ip();
        if (!ip.isEmpty()) {
            headers.set("x-forwarded-for", forwardedFor(request));
            headers.set("x-real-ip", ip);
        }
        headers.set("x-forwarded-proto", request.client().secure() ? "https" : "http");
        return headers;
    }

    /** Every address that any line names, then the one that we see. */
    public static String forwardedFor(Request request) {
        String before = String.join(", ", request.headers().getAll("x-forwarded-for"));
        return before.isEmpty()
                ? request.client().ip()
                : before + ", " + request.client().ip();
    }
}
