package io.millrace.worker.admin.sessions;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a client shows of itself beside its address.
 *
 * @param query of the URL that names the stream, without its question mark; empty for none
 * @param bearer the token of its Authorization header
 */
public record Credentials(String query, @Nullable String bearer) {

    public static final Credentials NONE = new Credentials("", null);

    private static final String BEARER = "Bearer ";
    private static final int MAX_PARAMETERS = 64;

    /** @param authorization the header; null where there is none */
    public static Credentials ofHttp(String query, @Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return ofQuery(query);
        }
        return new Credentials(query, authorization.substring(BEARER.length()).strip());
    }

    public static Credentials ofQuery(String query) {
        return query.isEmpty() ? NONE : new Credentials(query, null);
    }

    /** Decoded; the first where there are several, empty where there is none or the query cannot be read. */
    public Optional<String> parameter(String name) {
        if (query.isEmpty()) {
            return Optional.empty();
        }
        try {
            List<String> values = new QueryStringDecoder(
                            query, java.nio.charset.StandardCharsets.UTF_8, false, MAX_PARAMETERS)
                    .parameters()
                    .get(name);
            return values == null ? Optional.empty() : Optional.of(values.getFirst());
        } catch (IllegalArgumentException malformedEscape) {
            return Optional.empty();
        }
    }

    /** Without the secrets: it would get into logs. */
    @Override
    public String toString() {
        return "Credentials";
    }
}
