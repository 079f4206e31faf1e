package io.millrace.control.srs.sender;

import io.millrace.control.registry.registration.Sender.Scope;
import io.millrace.model.address.Networks;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A credential of origins as it is kept: not the secret, which stands in the configuration of the origins only.
 *
 * @param servers a pattern of the server ids that it is for
 * @param networks as {@link Networks} reads them: from where it is taken, and where its origins may be
 * @param digest SHA-256 of the secret in hexadecimal; it is random enough that nothing slower is needed
 * @param expiresAt by the time of day; null for never
 * @param lastUsedAt to the minute; null when it never was
 */
public record OriginCredential(
        String id,
        String servers,
        String networks,
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

    Scope scope() {
        return new Scope(servers, Networks.parse(networks));
    }

    OriginCredential usedAt(Instant when) {
        return new OriginCredential(id, servers, networks, digest, createdAt, createdBy, expiresAt, when);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return "origin credential " + id;
    }
}
