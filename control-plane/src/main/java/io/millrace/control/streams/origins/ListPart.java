package io.millrace.control.streams.origins;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Some of the streams that are live on an origin: a few dozen, always the same ones, so that a publisher that comes or goes changes
 * one part.
 *
 * @param live the client that publishes each stream
 */
record ListPart(Map<String, String> live) {

    private static final int USUAL_STREAMS = 64;
    private static final int MAX_STREAMS = 96;
    private static final int MIN_STREAMS = 24;

    /** Spreads what differs in a few bits over all of them; 2^64 divided by the golden ratio. */
    private static final long MIX = 0x9e37_79b9_7f4a_7c15L;

    ListPart {
        live = Map.copyOf(live);
    }

    /** @param former in how many parts the list was before: kept while it will do, as another number changes every part */
    static int count(int streams, int former) {
        if (Integer.bitCount(former) == 1
                && streams <= former * MAX_STREAMS
                && (former == 1 || streams >= former * MIN_STREAMS)) {
            return former;
        }
        int wanted = Math.max(1, Math.ceilDiv(streams, USUAL_STREAMS));
        return Integer.highestOneBit(2 * wanted - 1);
    }

    /** @param count a power of two */
    static List<ListPart> split(Map<String, String> live, int count) {
        List<Map<String, String>> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parts.add(new HashMap<>());
        }
        live.forEach((stream, client) -> {
            int hash = stream.hashCode();
            parts.get((hash ^ (hash >>> 16)) & (count - 1)).put(stream, client);
        });
        return parts.stream().map(ListPart::new).toList();
    }

    /** The same on every control plane; those of the parts add up to that of the list. */
    long digest() {
        long digest = 0;
        for (Map.Entry<String, String> entry : live.entrySet()) {
            long both = ((long) entry.getKey().hashCode() << Integer.SIZE)
                    | Integer.toUnsignedLong(entry.getValue().hashCode());
            long mixed = both * MIX;
            digest += mixed ^ (mixed >>> 29);
        }
        return digest;
    }
}
