package io.millrace.worker.http.delivery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.millrace.worker.http.cache.CacheKey;
import io.millrace.worker.http.uri.RawQuery;
import io.millrace.worker.http.uri.UriReference;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * SRS gives each viewer a session at the origin, {@code hls_ctx}, and answers a playlist request without one, or with one that has
 * ended, by a playlist that leads to a new one. Viewers here share what SRS answers; so the origin sees one session for all of them,
 * and this remembers which.
 */
final class SrsContexts {

    static final String PARAMETER = "hls_ctx";

    private static final int MAX_BYTES = 16 << 20;
    private static final Duration KEPT = Duration.ofMinutes(1);

    private final Cache<CacheKey, String> inUse;

    SrsContexts(Ticker ticker) {
        inUse = Caffeine.newBuilder()
                .maximumWeight(MAX_BYTES)
                .weigher((CacheKey key, String context) -> key.bytes() + 2 * context.length())
                .expireAfterAccess(KEPT)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /** The query without what differs from viewer to viewer, but with the fact that it was there. */
    static String shared(String query) {
        boolean has = RawQuery.value(query, PARAMETER) != null;
        String rest = RawQuery.without(query, PARAMETER);
        return has ? RawQuery.with(rest, PARAMETER, "") : rest;
    }

    /**
     * The query that the origin is asked with: the session that all share instead of this viewer's, once there is one.
     *
     * @param key with all else that the viewer says: no viewer gets into a session that was opened with another token
     */
    String asked(CacheKey key, String query) {
        String own = RawQuery.value(query, PARAMETER);
        String used = own == null ? null : inUse.getIfPresent(key);
        return used == null || used.equals(own)
                ? query
                : RawQuery.with(RawQuery.without(query, PARAMETER), PARAMETER, used);
    }

    /** A request with a session was answered by where to get a new one. */
    Optional<String> renewed(String query, String sentTo) {
        @Nullable String next = UriReference.parse(sentTo).query();
        String context = next == null ? null : RawQuery.value(next, PARAMETER);
        return RawQuery.value(query, PARAMETER) == null ? Optional.empty() : Optional.ofNullable(context);
    }

    void use(CacheKey key, String context) {
        inUse.put(key, context);
    }
}
