package io.millrace.model;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Turns what clients call a stream into its key, the same for every protocol. An explicit {@code vhost=} (or
 * {@code domain=}) wins, then {@code ...vhost...NAME} inside a tcUrl, then the host name if it is a declared vhost, else the
 * default vhost. Host names do not distinguish case, so keys hold them in lower case.
 */
public final class StreamNaming {

    private static final String LEGACY_VHOST = "...vhost...";
    private static final String DEFAULT_INSTANCE = "/_definst_";
    private static final String DEFAULT_APP = "live";
    private static final String DEFAULT_STREAM = "livestream";
    private static final int MAX_URL = 8_192;

    private final Set<String> declaredVhosts;

    public StreamNaming(Collection<String> declaredVhosts) {
        this.declaredVhosts = declaredVhosts.stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** A path and what follows its first {@code ?} or {@code #}. */
    private record PathAndQuery(String path, String query) {

        static PathAndQuery split(String text) {
            for (int i = 0; i < text.length(); i++) {
                if (text.charAt(i) == '?' || text.charAt(i) == '#') {
                    return new PathAndQuery(text.substring(0, i), text.substring(i + 1));
                }
            }
            return new PathAndQuery(text, "");
        }
    }

    /**
     * @param tcUrl the connect object's tcUrl; may be empty
     * @param app the connect object's app; counts where the tcUrl has no path
     * @param streamName what publish or play named, with its query
     * @throws IllegalArgumentException when that names no stream
     */
    public StreamKey ofRtmp(String tcUrl, String app, String streamName) {
        if (tcUrl.length() + app.length() + streamName.length() > MAX_URL) {
            throw new IllegalArgumentException("tcUrl, app and stream name are longer than " + MAX_URL + " characters");
        }
        int scheme = tcUrl.indexOf("://");
        String afterScheme = scheme < 0 ? tcUrl : tcUrl.substring(scheme + 3);
        int slash = afterScheme.indexOf('/');
        String authority = slash < 0 ? afterScheme : afterScheme.substring(0, slash);
        String urlPath = slash < 0 ? "" : afterScheme.substring(slash + 1);

        PathAndQuery appPart = PathAndQuery.split(legacyVhostAsQuery(urlPath.isEmpty() ? app : urlPath));
        PathAndQuery streamPart = PathAndQuery.split(streamName);

        // FMLE writes app?k=v/stream: inside the query a slash ends the values, and a name after it is the stream's.
        int tail = appPart.query().lastIndexOf('/');
        String appQuery = tail < 0 ? appPart.query() : appPart.query().substring(0, tail);
        String stream =
                streamPart.path().isEmpty() && tail >= 0 ? appPart.query().substring(tail + 1) : streamPart.path();

        String vhost = explicitVhost(streamPart.query())
                .or(() -> explicitVhost(appQuery))
                .orElseGet(() -> vhostOfHost(hostOf(authority)));
        return StreamKey.of(vhost, withoutDefaultInstance(appPart.path()), stream);
    }

    /**
     * @param host the Host header, with its port if any; may be empty
     * @param path of the URL, still encoded; the extension of its last segment is no part of the name
     * @param query without the question mark
     * @throws IllegalArgumentException when that names no stream
     */
    public StreamKey ofHttp(String host, String path, String query) {
        if (host.length() + path.length() + query.length() > MAX_URL) {
            throw new IllegalArgumentException("host, path and query are longer than " + MAX_URL + " characters");
        }
        String decoded = decode(path.replace("+", "%2B"));
        int slash = decoded.lastIndexOf('/');
        int dot = decoded.lastIndexOf('.');
        String stream = dot > slash + 1 ? decoded.substring(slash + 1, dot) : decoded.substring(slash + 1);
        String app = slash < 0 ? "" : decoded.substring(0, slash);
        String vhost = explicitVhost(query).orElseGet(() -> vhostOfHost(hostOf(host)));
        return StreamKey.of(vhost, withoutDefaultInstance(app), stream);
    }

    /**
     * Of HTTP APIs that name the stream in the query: {@code ?app=live&stream=cam}, {@code live} and {@code livestream} where it
     * does not.
     *
     * @param host the Host header, with its port if any; may be empty
     * @param query without the question mark, still encoded
     * @throws IllegalArgumentException when that names no stream
     */
    public StreamKey ofQuery(String host, String query) {
        if (host.length() + query.length() > MAX_URL) {
            throw new IllegalArgumentException("host and query are longer than " + MAX_URL + " characters");
        }
        PathAndQuery app = PathAndQuery.split(value(query, "app").orElse(DEFAULT_APP));
        PathAndQuery stream = PathAndQuery.split(value(query, "stream").orElse(DEFAULT_STREAM));
        String vhost = explicitVhost(stream.query())
                .or(() -> explicitVhost(app.query()))
                .or(() -> explicitVhost(query))
                .orElseGet(() -> vhostOfHost(hostOf(host)));
        return StreamKey.of(vhost, withoutDefaultInstance(app.path()), stream.path());
    }

    /**
     * Of one URL that names host, app and stream: {@code webrtc://host[:port]/app/stream?query}, read as RTMP's are.
     *
     * @throws IllegalArgumentException when that names no stream
     */
    public StreamKey ofUrl(String url) {
        int mark = url.indexOf('?');
        String path = mark < 0 ? url : url.substring(0, mark);
        int scheme = path.indexOf("://");
        int slash = path.lastIndexOf('/');
        if (scheme < 0 || slash < scheme + 3) {
            throw new IllegalArgumentException("a stream's URL is scheme://host/app/stream");
        }
        return ofRtmp(path.substring(0, slash), "", path.substring(slash + 1) + (mark < 0 ? "" : url.substring(mark)));
    }

    private static Optional<String> value(String query, String name) {
        for (String pair : query.split("&", -1)) {
            if (pair.startsWith(name + "=") && pair.length() > name.length() + 1) {
                return Optional.of(decode(pair.substring(name.length() + 1)));
            }
        }
        return Optional.empty();
    }

    /**
     * @param host what a stream id has for it ({@code h=}), with its port if any; may be empty
     * @param path app and stream as they are, nothing is decoded and no extension taken off
     * @param query of the path, without the question mark
     * @throws IllegalArgumentException when that names no stream
     */
    public StreamKey ofSrt(String host, String path, String query) {
        if (host.length() + path.length() + query.length() > MAX_URL) {
            throw new IllegalArgumentException("host, path and query are longer than " + MAX_URL + " characters");
        }
        int slash = path.lastIndexOf('/');
        String app = slash < 0 ? "" : path.substring(0, slash);
        String vhost = explicitVhost(query).orElseGet(() -> vhostOfHost(hostOf(host)));
        return StreamKey.of(vhost, withoutDefaultInstance(app), path.substring(slash + 1));
    }

    private static String legacyVhostAsQuery(String path) {
        int at = path.indexOf(LEGACY_VHOST);
        if (at < 0) {
            return path;
        }
        String before = path.substring(0, at);
        String joint = before.indexOf('?') < 0 ? "?" : "&";
        return before + joint + "vhost=" + path.substring(at + LEGACY_VHOST.length());
    }

    private static String withoutDefaultInstance(String app) {
        return app.endsWith(DEFAULT_INSTANCE) ? app.substring(0, app.length() - DEFAULT_INSTANCE.length()) : app;
    }

    private static Optional<String> explicitVhost(String query) {
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 0 || equals == pair.length() - 1) {
                continue;
            }
            String name = pair.substring(0, equals);
            if (name.equals("vhost") || name.equals("domain")) {
                return Optional.of(canonical(decode(pair.substring(equals + 1))));
            }
        }
        return Optional.empty();
    }

    private static String decode(String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformedEscape) {
            return value;
        }
    }

    private String vhostOfHost(String host) {
        return declaredVhosts.contains(host) ? host : StreamKey.DEFAULT_VHOST;
    }

    private static String canonical(String vhost) {
        return vhost.equalsIgnoreCase(StreamKey.DEFAULT_VHOST)
                ? StreamKey.DEFAULT_VHOST
                : vhost.toLowerCase(Locale.ROOT);
    }

    private static String hostOf(String authority) {
        String host = authority.substring(authority.lastIndexOf('@') + 1);
        int colon = host.lastIndexOf(':');
        boolean ipv6 = host.startsWith("[");
        if (colon >= 0 && !(ipv6 && colon < host.indexOf(']'))) {
            host = host.substring(0, colon);
        }
        return host.toLowerCase(Locale.ROOT);
    }
}
