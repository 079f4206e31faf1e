package io.millrace.control.srs.cluster;

import io.millrace.control.security.Roles;
import io.millrace.control.security.token.ApiToken;
import io.millrace.control.security.token.ApiTokens;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who is behind a request that a worker passed on: the worker has checked where the client is, and not what it shows. */
@Singleton
class PassedOn {

    /** The client's own Authorization; that of the request is the worker's. */
    static final String AUTHORIZATION = "X-Millrace-Client-Authorization";

    private static final String SCHEME = "Bearer ";
    private static final int MAX_ADDRESS = 64;

    private final ApiTokens tokens;

    PassedOn(ApiTokens tokens) {
        this.tokens = tokens;
    }

    /** The token that the client showed, if it is valid and of one who may act. Its answers have clients' addresses, which viewers do not see. */
    Optional<ApiToken> operator(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        return tokens.use(authorization.substring(SCHEME.length()).strip())
                .filter(token -> Roles.including(token.role()).contains(Roles.OPERATOR));
    }

    /** Its address, as the last hop saw it. */
    static String client(@Nullable String forwardedFor) {
        String client = forwardedFor == null
                ? ""
                : forwardedFor.substring(forwardedFor.lastIndexOf(',') + 1).strip();
        boolean plain = client.length() <= MAX_ADDRESS && client.chars().allMatch(c -> c > ' ' && c < 0x7f);
        return client.isEmpty() || !plain ? "unknown" : client;
    }
}
