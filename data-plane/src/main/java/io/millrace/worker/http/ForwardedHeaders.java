package io.millrace.worker.http;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The headers that go from one side to the other, and those that tell an origin who its client is. */
public final class ForwardedHeaders {

    /** Of one hop (RFC 9110, section 7.6.1), or of the opening of a WebSocket, which is one hop's too. */
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings",
            "expect");

    private ForwardedHeaders() {}

    /** What an origin is asked with for this client, Host included; nothing about a body. */
    public static HttpHeaders of(Request request) {
        HttpHeaders headers = endToEnd(request.headers());
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

    /** A copy without what concerns one hop only. */
    public static HttpHeaders endToEnd(HttpHeaders all) {
        Set<String> named = connectionNames(all);
        HttpHeaders kept = new DefaultHttpHeaders();
        for (Map.Entry<String, String> header : all) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (!HOP_BY_HOP.contains(name)
                    && !named.contains(name)
                    && !name.startsWith("sec-websocket-")
                    && !name.startsWith("x-http2-")) {
                kept.add(header.getKey(), header.getValue());
            }
        }
        return kept;
    }

    private static Set<String> connectionNames(HttpHeaders all) {
        Set<String> names = new HashSet<>();
        for (String line : all.getAll(HttpHeaderNames.CONNECTION)) {
            for (String name : line.split(",", -1)) {
                names.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        // Some things cannot be declared to be of one hop: that would make an origin see another request than we do.
        names.remove("host");
        names.remove("content-length");
        return names;
    }
}
