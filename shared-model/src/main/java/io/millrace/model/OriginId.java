package io.millrace.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names an origin for good: derived from its identity (server id, ip, first RTMP port), so every control plane and every
 * restart arrives at the same name, and short enough for a URL.
 */
public record OriginId(String value) implements Comparable<OriginId> {

    private static final int DIGEST_BYTES = 6;

    @JsonCreator
    public OriginId {
        if (value.isEmpty() || value.length() > 64) {
            throw new IllegalArgumentException("an origin id has 1 to 64 characters");
        }
    }

    public static OriginId of(String serverId, String ip, int rtmpPort) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((serverId + '\n' + ip + '\n' + rtmpPort).getBytes(StandardCharsets.UTF_8));
            return new OriginId("o-" + HexFormat.of().formatHex(digest, 0, DIGEST_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    @Override
    public int compareTo(OriginId other) {
        return value.compareTo(other.value);
    }

    @Override
    @JsonValue
    public String toString() {
        return value;
    }
}
