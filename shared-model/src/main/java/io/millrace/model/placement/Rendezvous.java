package io.millrace.model.placement;

import io.millrace.model.Origin;
import io.millrace.model.StreamKey;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Weighted rendezvous hashing: every worker and every control plane puts the same origins into the same order for a stream,
 * and an origin that comes or goes moves only the streams that it wins or loses.
 */
public final class Rendezvous {

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private Rendezvous() {}

    private record Ranked(Origin origin, double score) {}

    /** The origins with a weight above 0, best first. */
    public static List<Origin> order(StreamKey stream, Collection<Origin> origins) {
        // The key's part of the hash is the same for every origin.
        long key = hash(hash(FNV_OFFSET, stream.toString()), "\n");
        return origins.stream()
                .filter(origin -> origin.weight() > 0)
                .map(origin -> new Ranked(origin, score(key, origin)))
                .sorted(Comparator.comparingDouble(Ranked::score)
                        .reversed()
                        .thenComparing(ranked -> ranked.origin().id()))
                .map(Ranked::origin)
                .toList();
    }

    /** Wang and Ravishankar's score with the weight as in -w / ln(h): the share of streams follows the weight exactly. */
    private static double score(long key, Origin origin) {
        long hash = mix(hash(key, origin.id().value()));
        double unit = ((hash >>> 11) + 0.5) * 0x1.0p-53;
        return -origin.weight() / Math.log(unit);
    }

    /** FNV-1a over the UTF-8 bytes, going on from a hash of what stands before them. */
    private static long hash(long before, String text) {
        long h = before;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            h = (h ^ (b & 0xff)) * FNV_PRIME;
        }
        return h;
    }

    /** The finalizer of MurmurHash3: FNV alone leaves the high bits too regular for a logarithm. */
    private static long mix(long h) {
        long x = h;
        x = (x ^ (x >>> 33)) * 0xff51afd7ed558ccdL;
        x = (x ^ (x >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return x ^ (x >>> 33);
    }
}
