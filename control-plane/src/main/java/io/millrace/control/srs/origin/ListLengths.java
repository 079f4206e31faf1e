package io.millrace.control.srs.origin;

import io.millrace.control.limits.Ration;
import io.millrace.control.srs.origin.OriginLists.Kind;
import io.millrace.model.Incarnation;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * How long the lists of origins are, remembered for a moment: paging through the whole needs to know where each origin's part begins,
 * and not what stands in those before.
 */
public final class ListLengths {

    private static final long FRESH_NANOS = Duration.ofSeconds(5).toNanos();
    private static final int MAX_KNOWN = 10_000;

    private final OriginLists lists;
    private final LongSupplier nanoTime;
    private final ConcurrentHashMap<Key, Known> known = new ConcurrentHashMap<>();

    private record Key(OriginId origin, Incarnation incarnation, Kind kind) {}

    /** @param atMost where the counting ended */
    private record Known(int rows, int atMost, long at) {

        boolean answers(int wanted) {
            return rows < atMost || atMost >= wanted;
        }
    }

    public ListLengths(OriginLists lists, LongSupplier nanoTime) {
        this.lists = lists;
        this.nanoTime = nanoTime;
    }

    /**
     * @param atMost more rows are of no interest
     * @param anew a request for the first page wants to see what has just begun
     */
    public int of(Origin origin, Kind kind, int atMost, boolean anew, Deadline deadline, Ration ration)
            throws OriginApiException {
        Key key = new Key(origin.id(), origin.incarnation(), kind);
        long now = nanoTime.getAsLong();
        Known before = known.get(key);
        if (!anew && before != null && now - before.at() < FRESH_NANOS && before.answers(atMost)) {
            return Math.min(before.rows(), atMost);
        }
        int rows = lists.length(origin, kind, atMost, deadline, ration);
        if (known.size() >= MAX_KNOWN) {
            known.clear();
        }
        known.put(key, new Known(rows, atMost, now));
        return rows;
    }
}
