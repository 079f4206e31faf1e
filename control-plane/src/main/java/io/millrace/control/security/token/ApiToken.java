package io.millrace.control.security.token;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token as it is kept: not the secret, which only its holder has.
 *
 * @param name what its holder is called where it does something
 * @param digest SHA-256 of the secret in hexadecimal; it is random enough that nothing slower is needed
 * @param expiresAt by the time of day; null for never
 * @param lastUsedAt to the minute; null when it never was
 */
public record ApiToken(
        String id,
        String name,
        String role,
        String digest,
        Instant createdAt,
        String createdBy,
        @Nullable Instant expiresAt,
        @Nullable Instant lastUsedAt) {

    boolean isValid(String presented, Instant now) {
        return MessageDigest.isEqual(bytes(digest), bytes(presented)) && !hasExpired(now);
    }

    boolean hasExpired(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }

    ApiToken usedAt(Instant when) {
        return new ApiToken(id, name, role, digest, createdAt, createdBy, expiresAt, when);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return "token " + id;
    }
}
