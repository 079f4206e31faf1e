package io.millrace.worker.http.delivery;

import io.millrace.worker.http.Request;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;

/** The headers of a request to an origin. */
final class OriginAsk {

    /** What says something about the client that an origin may want to know. */
    private static final List<CharSequence> PASSED = List.of(
            HttpHeaderNames.USER_AGENT,
            HttpHeaderNames.ACCEPT,
            HttpHeaderNames.ACCEPT_LANGUAGE,
            HttpHeaderNames.REFERER,
            HttpHeaderNames.ORIGIN,
            HttpHeaderNames.AUTHORIZATION);

    private OriginAsk() {}

    /** @param range whether the client's own range goes along */
    static HttpHeaders headers(Request request, boolean range) {
        HttpHeaders received = request.headers();
        HttpHeaders headers = new DefaultHttpHeaders();
        headers.set(HttpHeaderNames.HOST, request.host());
        for (CharSequence name : PASSED) {
            copy(received, headers, name);
        }
        if (range) {
            copy(received, headers, HttpHeaderNames.RANGE);
            copy(received, headers, HttpHeaderNames.IF_RANGE);
        }
        // What is kept must suit everybody, and playlists are read and written here.
        headers.set(HttpHeaderNames.ACCEPT_ENCODING, "identity");
        String before = received.get("x-forwarded-for");
        String ip = request.client().ip();
        headers.set("x-forwarded-for", before == null ? ip : before + ", " + ip);
        headers.set("x-real-ip", ip);
        headers.set("x-forwarded-proto", request.client().secure() ? "https" : "http");
        headers.set("x-forwarded-host", request.host());
        return headers;
    }

    private static void copy(HttpHeaders from, HttpHeaders to, CharSequence name) {
        String value = from.get(name);
        if (value != null) {
            to.set(name, value);
        }
    }
}
