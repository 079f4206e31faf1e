package io.millrace.control.store.redis;

import io.millrace.control.store.KeyedStore.Change;
import io.millrace.control.store.KeyedStore.Entry;
import io.millrace.control.store.Notices;
import io.millrace.control.store.Versioned;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one control plane knows of a store. All changes of a store have one order, and whatever is learnt of a key (a notice, an answer, a
 * page of a listing) says up to which change it is true: what is older than what is known is ignored, so it does not matter in which order
 * it arrives.
 */
final class Copy<K extends Comparable<K>, V> {

    private final ReentrantLock lock = new ReentrantLock();

    /** Changed with the lock held; looking up needs none. */
    private final ConcurrentSkipListMap<K, Slot<V>> slots = new ConcurrentSkipListMap<>();

    /** Keys that are not there, with the change up to which that is true; only those that a late notice may still speak of. */
    private final Map<K, Long> gone = new HashMap<>();

    private final Set<K> touched = new HashSet<>();
    private final Notices<Change<K, V>> notices = new Notices<>();
    private Set<K> listed = new HashSet<>();
    private boolean listing;
    private long chained;
    private int history;
    private boolean missed;

    // A skip list would count its entries each time.
    private volatile int size;

    /**
     * An entry as the store has it.
     *
     * @param timeToLive in ms; 0 for good
     */
    record Held<V>(Versioned<V> stored, long timeToLive) {}

    /** @param left ms of its time to live */
    record Touch<K>(K key, long version, long left) {}

    Optional<Versioned<V>> find(K key) {
        return Optional.ofNullable(slots.get(key)).map(slot -> slot.held.stored());
    }

    List<Entry<K, V>> list(@Nullable K after, int limit) {
        lock.lock();
        try {
            return (after == null ? slots : slots.tailMap(after, false))
                    .entrySet().stream()
                            .limit(limit)
                            .map(entry -> new Entry<>(
                                    entry.getKey(), entry.getValue().held.stored()))
                            .toList();
        } finally {
            lock.unlock();
        }
    }

    int size() {
        return size;
    }

    Runnable subscribe(Consumer<Change<K, V>> listener) {
        return notices.subscribe(listener);
    }

    /** Tells listeners of what was learnt; never called with the lock held. */
    void tell() {
        notices.deliver();
    }

    /** Counts the histories of the store that this copy has followed; what is learnt of an earlier one is of no use. */
    int history() {
        lock.lock();
        try {
            return history;
        } finally {
            lock.unlock();
        }
    }

    /** The change up to which all is known. */
    long chained() {
        lock.lock();
        try {
            return chained;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a notice showed that another was missed; asking clears it. */
    boolean takeMissed() {
        lock.lock();
        try {
            boolean was = missed;
            missed = false;
            return was;
        } finally {
            lock.unlock();
        }
    }

    /** The store's server may have lost changes: the order begins anew, while what is known stays until the store says otherwise. */
    void beginHistory(long newest) {
        lock.lock();
        try {
            history++;
            chained = newest;
            missed = false;
            gone.clear();
            slots.values().forEach(slot -> slot.at = 0);
        } finally {
            lock.unlock();
        }
    }

    /** What a notice says. */
    void heard(K key, @Nullable Held<V> held, long previous, long at, boolean expired) {
        lock.lock();
        try {
            if (at <= chained) {
                return;
            }
            missed |= previous != chained;
            chained = at;
            put(key, held, at, expired);
            if (!listing && !gone.isEmpty()) {
                gone.values().removeIf(until -> until <= chained);
            }
        } finally {
            lock.unlock();
        }
    }

    /** What an answer of the store says that was asked for in the given history. */
    void learnt(K key, @Nullable Held<V> held, long at, int inHistory) {
        lock.lock();
        try {
            if (inHistory == history) {
                put(key, held, at, false);
            }
        } finally {
            lock.unlock();
        }
    }

    /** From now on until {@link #endListing} the store's whole content is gone through. */
    void beginListing() {
        lock.lock();
        try {
            listing = true;
            missed = false;
            listed = new HashSet<>();
        } finally {
            lock.unlock();
        }
    }

    void listed(K key, Held<V> held, long at) {
        lock.lock();
        try {
            listed.add(key);
            put(key, held, at, false);
        } finally {
            lock.unlock();
        }
    }

    /** @param began the store's newest change when the listing began; what is older and was not listed is gone. Says how many that are */
    int endListing(long began) {
        lock.lock();
        try {
            List<K> missing = new ArrayList<>();
            slots.forEach((key, slot) -> {
                if (slot.at <= began && !listed.contains(key)) {
                    missing.add(key);
                }
            });
            missing.forEach(key -> put(key, null, began, false));
            chained = Math.max(chained, began);
            abandonListing();
            gone.values().removeIf(until -> until <= chained);
            return missing.size();
        } finally {
            lock.unlock();
        }
    }

    void abandonListing() {
        lock.lock();
        try {
            listing = false;
            listed = new HashSet<>();
        } finally {
            lock.unlock();
        }
    }

    /** False if there is no such entry. */
    boolean touch(K key, long timeToLive, long nowMillis) {
        lock.lock();
        try {
            Slot<V> slot = slots.get(key);
            if (slot == null) {
                return false;
            }
            if (slot.touchFor != timeToLive) {
                // Another time to live than the one before: the store has to know soon.
                slot.sentAt = Long.MIN_VALUE;
            }
            slot.touchFor = timeToLive;
            slot.touchedAt = nowMillis;
            touched.add(key);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Touches that the store has to hear of now: an entry is not touched there again before a fifth of its time to live is over. */
    List<Touch<K>> takeTouches(long nowMillis, boolean all) {
        lock.lock();
        try {
            List<Touch<K>> due = new ArrayList<>();
            touched.removeIf(key -> {
                Slot<V> slot = slots.get(key);
                if (slot == null) {
                    return true;
                }
                boolean early = slot.sentAt != Long.MIN_VALUE && nowMillis - slot.sentAt < slot.touchFor / 5;
                if (early && !all) {
                    return false;
                }
                slot.sentAt = nowMillis;
                long left = Math.max(1, slot.touchFor - (nowMillis - slot.touchedAt));
                due.add(new Touch<>(key, slot.held.stored().version(), all ? slot.touchFor : left));
                return true;
            });
            return due;
        } finally {
            lock.unlock();
        }
    }

    /** They did not reach the store. */
    void giveBack(List<Touch<K>> touches) {
        lock.lock();
        try {
            for (Touch<K> touch : touches) {
                Slot<V> slot = slots.get(touch.key());
                if (slot != null && slot.held.stored().version() == touch.version()) {
                    slot.sentAt = Long.MIN_VALUE;
                    touched.add(touch.key());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Entries whose version is above one, oldest first. */
    List<Map.Entry<K, Held<V>>> newerThan(long version) {
        lock.lock();
        try {
            List<Map.Entry<K, Held<V>>> newer = new ArrayList<>();
            slots.forEach((key, slot) -> {
                if (slot.held.stored().version() > version) {
                    newer.add(Map.entry(key, slot.held));
                }
            });
            newer.sort(java.util.Comparator.comparingLong(
                    entry -> entry.getValue().stored().version()));
            return newer;
        } finally {
            lock.unlock();
        }
    }

    private void put(K key, @Nullable Held<V> held, long at, boolean expired) {
        Slot<V> slot = slots.get(key);
        if (at < (slot == null ? gone.getOrDefault(key, 0L) : slot.at)) {
            return;
        }
        if (held == null) {
            if (at > chained || listing) {
                gone.put(key, at);
            }
            if (slot != null) {
                slots.remove(key);
                changeSize(-1);
                touched.remove(key);
                notices.add(new Change<>(key, null, expired));
            }
            return;
        }
        gone.remove(key);
        if (slot != null && slot.held.stored().version() == held.stored().version()) {
            slot.at = at;
            return;
        }
        touched.remove(key);
        slots.put(key, new Slot<>(held, at));
        changeSize(slot == null ? 1 : 0);
        notices.add(new Change<>(key, held.stored(), false));
    }

    private void changeSize(int by) {
        int next = size + by;
        size = next;
    }

    static long millis(Duration timeToLive) {
        if (!timeToLive.isPositive()) {
            throw new IllegalArgumentException("a time to live must be above zero, not " + timeToLive);
        }
        return Math.max(1, timeToLive.toMillis());
    }

    /** What is known of a key; guarded by the lock. */
    private static final class Slot<V> {
        private final Held<V> held;
        private long at;
        private long touchFor;
        private long touchedAt;
        private long sentAt = Long.MIN_VALUE;

        Slot(Held<V> held, long at) {
            this.held = held;
            this.at = at;
        }
    }
}
