package io.millrace.control.security.token;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a secret was issued for, as it is kept: without the secret.
 *
 * @param <V> itself
 */
public interface Issued<V extends Issued<V>> {

    String id();

    /** SHA-256 of the secret in hexadecimal; it is random enough that nothing slower is needed. */
    String digest();

    /** By the time of day; null for never. */
    @Nullable
    Instant expiresAt();

    /** To the minute; null when it never was. */
    @Nullable
    Instant lastUsedAt();

    V usedAt(Instant when);

    default boolean isValid(String presentedDigest, Instant now) {
        return MessageDigest.isEqual(
                        digest().getBytes(StandardCharsets.US_ASCII),
                        presentedDigest.getBytes(StandardCharsets.US_ASCII))
                && !hasExpired(now);
    }

    default boolean hasExpired(Instant now) {
        Instant end = expiresAt();
        return end != null && !now.isBefore(end);
    }
}
