package io.millrace.control.store.redis;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Where a store is kept. All its keys have one hash tag, so that a Redis Cluster has them in one place.
 *
 * @param names entries (hash: key to version, time to live and value), deadlines (sorted set), state (hash), tombstones (sorted set: removed key to
 *     version)
 */
record Keys(List<String> names, String channel) {

    private static final Pattern GLOB = Pattern.compile("[*?\\[\\]^\\\\]");

    static Keys of(String prefix, String store) {
        String base = prefix + ":{" + store + "}:";
        return new Keys(
                List.of(base + "entries", base + "deadlines", base + "state", base + "graves"), base + "changes");
    }

    /** What {@code PSUBSCRIBE} takes for the channels of all stores. */
    static String channels(String prefix) {
        return GLOB.matcher(prefix).replaceAll("\\\\$0") + ":{*}:changes";
    }

    static String format(String prefix) {
        return prefix + ":format";
    }

    static String probe(String prefix) {
        return prefix + ":probe";
    }
}
