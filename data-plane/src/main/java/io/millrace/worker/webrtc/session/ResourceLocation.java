package io.millrace.worker.webrtc.session;

import io.millrace.worker.http.uri.RawQuery;
import io.millrace.worker.http.uri.UriReference;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/** Between the Location that an origin gives to a session and the one that clients use here. */
final class ResourceLocation {

    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final String NEVER_IN_A_URI = "\"<>\\^`{|}";

    private ResourceLocation() {}

    /**
     * Path and query at the origin, whether it named itself, a path or something beside what it was asked for.
     *
     * @param asked path and query of the request
     */
    static Optional<String> resource(String location, String asked) {
        UriReference reference = UriReference.parse(location.strip());
        if (location.isBlank() || !reference.mayBeHttp()) {
            return Optional.empty();
        }
        UriReference resolved = reference.resolvedAgainst(UriReference.parse(asked));
        String query = resolved.query();
        UriReference plain = query != null && query.isEmpty() ? resolved.withQuery(null) : resolved;
        return Optional.of(encoded(plain.requestTarget()));
    }

    /** What is shown to the client: the same, relative to us, and who owns it. */
    static String shown(String resource, String token) {
        int mark = resource.indexOf('?');
        String path = mark < 0 ? resource : resource.substring(0, mark);
        String query = mark < 0 ? "" : resource.substring(mark + 1);
        return path + "?"
                + RawQuery.with(RawQuery.without(query, ResourceTokens.PARAMETER), ResourceTokens.PARAMETER, token);
    }

    /** What was shown, as the origin knows it. */
    static String atOrigin(String path, String query) {
        String rest = RawQuery.without(query, ResourceTokens.PARAMETER);
        return rest.isEmpty() ? path : path + "?" + rest;
    }

    /** Clients would encode these themselves, and the token is good for one text only. */
    private static String encoded(String target) {
        StringBuilder text = new StringBuilder(target.length());
        for (byte one : target.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (one & 0xff);
            if (c <= ' ' || c > '~' || NEVER_IN_A_URI.indexOf(c) >= 0) {
                text.append('%').append(HEX.toHexDigits(one));
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }
}
