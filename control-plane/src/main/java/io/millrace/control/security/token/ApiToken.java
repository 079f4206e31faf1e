package io.millrace.control.security.token;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An API token as it is kept.
 *
 * @param name what its holder is called where it does something
 */
public record ApiToken(
        String id,
        String name,
        String role,
        String digest,
        Instant createdAt,
        String createdBy,
        @Nullable Instant expiresAt,
        @Nullable Instant lastUsedAt)
        implements Issued<ApiToken> {

    @Override
    public ApiToken usedAt(Instant when) {
        return new ApiToken(id, name, role, digest, createdAt, createdBy, expiresAt, when);
    }

    @Override
    public String toString() {
        return "token " + id;
    }
}
