package io.millrace.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.millrace.model.digest.Sha256;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Names an origin for good: derived from its identity (server id, ip, first RTMP port), so every control plane and every
 * restart arrives at the same name, and short enough for a URL.
 */
public record OriginId(String value) implements Comparable<OriginId> {

    private static final int DIGEST_BYTES = 6;

    /** Far more than a cluster has; beyond that each reading makes an object of its own. */
    private static final int MAX_SHARED = 4_096;

    private static final Map<String, OriginId> SHARED = new ConcurrentHashMap<>();

    public OriginId {
        if (value.isEmpty() || value.length() > 64) {
            throw new IllegalArgumentException("an origin id has 1 to 64 characters");
        }
    }

    /** The same object for the same text: every stream of every report names one of a few origins. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static OriginId parse(String text) {
        OriginId shared = SHARED.get(text);
        if (shared != null) {
            return shared;
        }
        OriginId read = new OriginId(text);
        if (SHARED.size() < MAX_SHARED) {
            OriginId before = SHARED.putIfAbsent(text, read);
            return before == null ? read : before;
        }
        return read;
    }

    public static OriginId of(String serverId, String ip, int rtmpPort) {
        byte[] digest = Sha256.of(serverId + '\n' + ip + '\n' + rtmpPort);
        return new OriginId("o-" + HexFormat.of().formatHex(digest, 0, DIGEST_BYTES));
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
