package io.millrace.worker.http.delivery;

import io.millrace.model.table.ClientTrait;
import io.millrace.worker.http.ForwardedHeaders;
import io.millrace.worker.http.Request;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * The headers of a request to an origin. Where others share the answer, the origin is told nothing by which it could answer this client
 * otherwise than them, unless the operator wants it told; then only those share who are alike in it.
 */
final class OriginAsk {

    /** What an origin may decide by, and by which trait it is told. */
    private static final Map<CharSequence, ClientTrait> TELLING = Map.of(
            HttpHeaderNames.USER_AGENT, ClientTrait.USER_AGENT,
            HttpHeaderNames.ACCEPT, ClientTrait.USER_AGENT,
            HttpHeaderNames.ACCEPT_LANGUAGE, ClientTrait.USER_AGENT,
            HttpHeaderNames.REFERER, ClientTrait.REFERER,
            HttpHeaderNames.ORIGIN, ClientTrait.REFERER);

    private static final String OURSELVES = "Millrace";

    private OriginAsk() {}

    /** Of a request whose answer is for this client alone. */
    static HttpHeaders unshared(Request request, boolean range) {
        HttpHeaders headers = told(request, EnumSet.allOf(ClientTrait.class));
        copy(request.headers(), headers, HttpHeaderNames.AUTHORIZATION);
        if (range) {
            copy(request.headers(), headers, HttpHeaderNames.RANGE);
            copy(request.headers(), headers, HttpHeaderNames.IF_RANGE);
        }
        return headers;
    }

    static HttpHeaders shared(Request request, Set<ClientTrait> traits) {
        HttpHeaders headers = told(request, traits);
        if (!headers.contains(HttpHeaderNames.USER_AGENT)) {
            headers.set(HttpHeaderNames.USER_AGENT, OURSELVES);
        }
        return headers;
    }

    /** All that differs between clients who ask for one URL in {@link #shared}. */
    static String differences(Request request, Set<ClientTrait> traits) {
        String scheme = scheme(request);
        if (traits.isEmpty()) {
            return scheme;
        }
        StringBuilder text = new StringBuilder(scheme);
        TELLING.forEach((name, trait) -> {
            if (traits.contains(trait)) {
                text.append('\n').append(request.headers().get(name, ""));
            }
        });
        if (traits.contains(ClientTrait.ADDRESS)) {
            text.append('\n').append(ForwardedHeaders.forwardedFor(request));
        }
        return text.toString();
    }

    private static HttpHeaders told(Request request, Set<ClientTrait> traits) {
        HttpHeaders headers = new DefaultHttpHeaders();
        headers.set(HttpHeaderNames.HOST, request.host());
        TELLING.forEach((name, trait) -> {
            if (traits.contains(trait)) {
                copy(request.headers(), headers, name);
            }
        });
        // What is kept must suit everybody, and playlists are read and written here.
        headers.set(HttpHeaderNames.ACCEPT_ENCODING, "identity");
        if (traits.contains(ClientTrait.ADDRESS)) {
            headers.set("x-forwarded-for", ForwardedHeaders.forwardedFor(request));
            headers.set("x-real-ip", request.client().ip());
        }
        headers.set("x-forwarded-proto", scheme(request));
        headers.set("x-forwarded-host", request.host());
        return headers;
    }

    private static String scheme(Request request) {
        return request.client().secure() ? "https" : "http";
    }

    private static void copy(HttpHeaders from, HttpHeaders to, CharSequence name) {
        String value = from.get(name);
        if (value != null) {
            to.set(name, value);
        }
    }
}
