package io.millrace.worker.http.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The objects that the cache does not hold: those on their way from origins, and those that only their readers keep. A client that asks
 * for much and reads nothing makes them grow, so they have a bound: beyond it objects pass in small pieces, readers that stall are cut
 * off, those first that hold the most, and beyond half as much again nothing is begun. Safe from any thread.
 */
final class UncachedObjects {

    /** A client that takes nothing for so long of what is available stalls, where memory is short. */
    private static final Duration STALL = Duration.ofSeconds(1);

    private static final Duration SHED_INTERVAL = Duration.ofMillis(100);

    private final long bound;
    private final Ticker ticker;
    private final CacheMetrics metrics;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong lastShedNanos;
    private final Set<CachedObject> objects = ConcurrentHashMap.newKeySet();

    UncachedObjects(long bound, Ticker ticker, CacheMetrics metrics) {
        this.bound = bound;
        this.ticker = ticker;
        this.metrics = metrics;
        this.lastShedNanos = new AtomicLong(ticker.read() - SHED_INTERVAL.toNanos());
    }

    void begun(CachedObject object) {
        objects.add(object);
    }

    void ended(CachedObject object) {
        objects.remove(object);
    }

    void add(long difference) {
        bytes.addAndGet(difference);
    }

    long bytes() {
        return bytes.get();
    }

    boolean areTooMany() {
        return bytes.get() > bound;
    }

    boolean areFull() {
        return bytes.get() > bound + bound / 2;
    }

    /** Makes room where there is too little; the caller holds no object's lock. */
    void shed() {
        long now = ticker.read();
        long lastShed = lastShedNanos.get();
        boolean isMine =
                areTooMany() && now - lastShed >= SHED_INTERVAL.toNanos() && lastShedNanos.compareAndSet(lastShed, now);
        if (!isMine) {
            return;
        }
        List<CachedObject> largestFirst = new ArrayList<>(objects);
        largestFirst.sort(Comparator.comparingLong(CachedObject::allocated).reversed());
        long excess = bytes.get() - bound;
        for (CachedObject object : largestFirst) {
            if (excess <= 0) {
                return;
            }
            List<Reader> stalled = object.stalled(now, STALL.toNanos());
            if (!stalled.isEmpty()) {
                stalled.forEach(Reader::cutOff);
                metrics.cutOff(stalled.size());
                excess -= object.allocated();
            }
        }
    }
}
