package io.millrace.model.settings;

import io.millrace.model.address.Networks;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who may read the metrics of a process.
 *
 * @param networks from where without a token
 * @param token which everywhere else must be shown; empty if none is set
 */
public record MetricsAccess(Networks networks, Optional<String> token) {

    public static final String NETWORKS = "millrace.metrics.networks";
    public static final String TOKEN = "millrace.metrics.token";

    private static final String SCHEME = "Bearer ";

    /** The token that a request shows; empty if it shows none. */
    public static Optional<String> bearer(@Nullable String authorization) {
        return authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? Optional.of(authorization.substring(SCHEME.length()).strip())
                : Optional.empty();
    }

    public boolean allows(String peer, @Nullable String authorization) {
        return networks.contain(peer)
                || bearer(authorization)
                        .filter(shown -> token.filter(set -> isSame(set, shown)).isPresent())
                        .isPresent();
    }

    private static boolean isSame(String set, String shown) {
        return MessageDigest.isEqual(set.getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "metrics access";
    }
}
