package io.millrace.worker.http.cache;

import io.millrace.worker.http.semantics.EndToEnd;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The head of an origin's answer.
 *
 * @param headers those meant for the client; read by many threads, so they are not changed
 */
public record Head(HttpResponseStatus status, HttpHeaders headers, OptionalLong length) {

    private static final int OVERHEAD_BYTES = 100;

    /** What this server says itself, and what is for one viewer alone. */
    private static final Set<String> NOT_SHARED = Set.of(
            "content-length", "date", "server", "alt-svc", "strict-transport-security", "set-cookie", "set-cookie2");

    private static final String CORS = "access-control-";

    static Head of(HttpResponseStatus status, HttpHeaders received) {
        return new Head(status, shared(received), length(received));
    }

    private static HttpHeaders shared(HttpHeaders received) {
        HttpHeaders kept = new DefaultHttpHeaders();
        for (Map.Entry<String, String> header : EndToEnd.headers(received)) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (!NOT_SHARED.contains(name) && !name.startsWith(CORS)) {
                kept.add(name, header.getValue());
            }
        }
        return kept;
    }

    /** What it costs to keep, about. */
    int bytes() {
        int bytes = 0;
        for (Map.Entry<String, String> header : headers) {
            bytes += OVERHEAD_BYTES
                    + header.getKey().length()
                    + header.getValue().length();
        }
        return bytes;
    }

    private static OptionalLong length(HttpHeaders received) {
        String text = received.get(HttpHeaderNames.CONTENT_LENGTH);
        if (text == null || received.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            return OptionalLong.empty();
        }
        try {
            long length = Long.parseLong(text.strip());
            return length < 0 ? OptionalLong.empty() : OptionalLong.of(length);
        } catch (NumberFormatException noNumber) {
            return OptionalLong.empty();
        }
    }
}
