package io.millrace.worker.api;

import io.millrace.model.address.Network;
import io.millrace.worker.http.ForwardedHeaders;
import io.millrace.worker.http.Request;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask what of SRS's API. Without a token: reading, for clients in allowed networks that named this machine by a name which no stranger can
 * give it. With a token the control plane decides. Pages of other origins may nothing: a browser lends them its place in the network.
 */
final class ApiAccess {

    private static final String BEARER = "Bearer ";
    private static final String FETCH_SITE = "sec-fetch-site";

    private final ApiSettings settings;

    ApiAccess(ApiSettings settings) {
        this.settings = settings;
    }

    /** Why a request is refused. */
    enum Refusal {
        /** From a page of another origin. */
        PAGE("requests of pages from elsewhere are not answered here"),
        CHANGE("changes need an API token of the role operator as a bearer token, from every address"),
        NETWORK(
                "reading without a token is for the networks of MILLRACE_API_NETWORKS; others send an API token of the role"
                        + " operator as a bearer token"),
        HOST("reading without a token needs an IP address, a name without dots or one of MILLRACE_API_HOSTS as Host");

        private final String message;

        Refusal(String message) {
            this.message = message;
        }

        String message() {
            return message;
        }

        /** Whether a token would help. */
        boolean wantsToken() {
            return this != PAGE;
        }
    }

    /** Empty if it may go on to the control plane. */
    Optional<Refusal> refusal(Request request) {
        if (isOfAnotherPage(request)) {
            return Optional.of(Refusal.PAGE);
        }
        if (token(request).isPresent()) {
            return Optional.empty();
        }
        if (!isReading(request)) {
            return Optional.of(Refusal.CHANGE);
        }
        if (!isNear(request)) {
            return Optional.of(Refusal.NETWORK);
        }
        return isNamedSafely(request.host()) ? Optional.empty() : Optional.of(Refusal.HOST);
    }

    /** The value of the Authorization header, where it has a token; other schemes are ignored, as if nothing had been sent. */
    static Optional<String> token(Request request) {
        return Optional.ofNullable(request.headers().get(HttpHeaderNames.AUTHORIZATION))
                .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()));
    }

    private static boolean isReading(Request request) {
        return request.method().equals(HttpMethod.GET) || request.isHead();
    }

    /** Everybody who had a hand in it: a proxy nearby speaks for somebody who may be far away. */
    private boolean isNear(Request request) {
        return Arrays.stream(ForwardedHeaders.forwardedFor(request).split(",", -1))
                .map(String::strip)
                .allMatch(settings.networks()::contain);
    }

    private static boolean isOfAnotherPage(Request request) {
        @Nullable String origin = request.headers().get(HttpHeaderNames.ORIGIN);
        if (origin != null && !isOwn(origin, request.host())) {
            return true;
        }
        @Nullable String site = request.headers().get(FETCH_SITE);
        return !isReading(request) && site != null && !site.equals("same-origin") && !site.equals("none");
    }

    private static boolean isOwn(String origin, String host) {
        int scheme = origin.indexOf("://");
        return scheme > 0 && !host.isEmpty() && origin.substring(scheme + 3).equalsIgnoreCase(host);
    }

    /** A page under a name of a stranger, which leads to this machine, would be of the same origin. */
    private boolean isNamedSafely(String authority) {
        String host = host(authority).toLowerCase(Locale.ROOT);
        return !host.isEmpty()
                && (host.indexOf('.') < 0
                        || host.endsWith(".localhost")
                        || settings.hosts().contains(host)
                        || Network.address(host).isPresent());
    }

    private static String host(String authority) {
        try {
            String host = new URI("http://" + authority).getHost();
            if (host == null) {
                // Names with an underscore are no host to a URI.
                int colon = authority.lastIndexOf(':');
                return colon < 0 ? authority : authority.substring(0, colon);
            }
            return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        } catch (URISyntaxException e) {
            return "";
        }
    }
}
