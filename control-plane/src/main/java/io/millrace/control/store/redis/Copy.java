package io.millrace.control.store.redis;

import io.millrace.control.store.KeyIndex;
import io.millrace.control.store.KeyedStore.Change;
import io.millrace.control.store.KeyedStore.Entry;
import io.millrace.control.store.Notices;
import io.millrace.control.store.Versioned;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one control plane knows of a store. All changes of a store have one order, and whatever is learnt of a key (a notice, an answer, a
 * page of a listing) says up to which change it is true: what is older than what is known is ignored, so it does not matter in which order
 * it arrives.
 *
 * <p>Any thread. Going through all entries is done without the lock, or with it for some of them at a time: a caller that touches one must not
 * wait for that.
 */
final class Copy<K extends Comparable<K>, V> {

    private static final int TOLD_PER_TIME_TO_LIVE = 5;

    /** Entries that are changed with the lock held without a break. */
    private static final int AT_ONCE = 500;

    private final ReentrantLock lock = new ReentrantLock();

    /** Changed with the lock held; looking up needs none. */
    private final KeyIndex<K, Slot<K, V>> slots = new KeyIndex<>();

    /** Keys that are not there, with the change up to which that is true; only those that a late notice may still name. */
    private final Map<K, Long> gone = new HashMap<>();

    /** Touched slots, the one first that the store has to hear of first. */
    private final TreeSet<Slot<K, V>> touched = new TreeSet<>(
            Comparator.<Slot<K, V>>comparingLong(slot -> slot.tellAt).thenComparingLong(slot -> slot.number));

    private final Notices<Change<K, V>> notices = new Notices<>();
    private Set<K> listed = new HashSet<>();
    private boolean listing;
    private long chained;
    private long lastSlot;
    private int history;
    private boolean missed;

    /**
     * An entry as the store has it.
     *
     * @param timeToLive in ms; 0 for good
     */
    record Held<V>(Versioned<V> stored, long timeToLive) {}

    /** @param left ms of its time to live */
    record Touch<K>(K key, long version, long left) {}

    Optional<Versioned<V>> find(K key) {
        return Optional.ofNullable(slots.find(key)).map(slot -> slot.held.stored());
    }

    List<Entry<K, V>> list(@Nullable K after, int limit) {
        return slots.after(after).entrySet().stream()
                .limit(limit)
                .map(entry -> new Entry<>(entry.getKey(), entry.getValue().held.stored()))
                .toList();
    }

    int size() {
        return slots.size();
    }

    /** What is known under just this version. */
    Optional<Held<V>> find(K key, long version) {
        return Optional.ofNullable(slots.find(key))
                .map(slot -> slot.held)
                .filter(held -> held.stored().version() == version);
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
        Set<K> there;
        lock.lock();
        try {
            // From here on no late notice brings back what the listing did not find.
            chained = Math.max(chained, began);
            there = listed;
        } finally {
            lock.unlock();
        }
        // Only the thread that lists adds to it.
        List<K> perhapsGone = slots.after(null).keySet().stream()
                .filter(key -> !there.contains(key))
                .toList();
        int missing = 0;
        for (int i = 0; i < perhapsGone.size(); i += AT_ONCE) {
            missing += removeOlder(perhapsGone.subList(i, Math.min(perhapsGone.size(), i + AT_ONCE)), began);
        }
        lock.lock();
        try {
            listing = false;
            listed = new HashSet<>();
            gone.values().removeIf(until -> until <= chained);
        } finally {
            lock.unlock();
        }
        return missing;
    }

    private int removeOlder(List<K> keys, long began) {
        lock.lock();
        try {
            int removed = 0;
            for (K key : keys) {
                Slot<K, V> slot = slots.find(key);
                if (slot != null && at(slot) <= began) {
                    put(key, null, began, false);
                    removed++;
                }
            }
            return removed;
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
            Slot<K, V> slot = slots.find(key);
            if (slot == null) {
                return false;
            }
            slot.touchedAt = nowMillis;
            if (slot.touchFor != timeToLive) {
                // Another time to live than the one before: the store has to know soon.
                slot.touchFor = timeToLive;
                slot.toldAt = Slot.NEVER;
                queue(slot, nowMillis);
            } else if (!slot.queued) {
                queue(slot, Math.max(nowMillis, slot.toldAt + timeToLive / TOLD_PER_TIME_TO_LIVE));
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** How many wait to be told to the store. */
    int touched() {
        lock.lock();
        try {
            return touched.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Touches that the store has to hear of now: an entry is not touched there again before a fifth of its time to live is over.
     *
     * @param all also those that could wait
     * @param limit of how many are taken
     */
    List<Touch<K>> takeTouches(long nowMillis, boolean all, int limit) {
        lock.lock();
        try {
            List<Touch<K>> due = new ArrayList<>();
            while (due.size() < limit && !touched.isEmpty() && (all || touched.getFirst().tellAt <= nowMillis)) {
                Slot<K, V> slot = touched.removeFirst();
                slot.queued = false;
                slot.toldAt = nowMillis;
                long left = Math.max(1, slot.touchFor - (nowMillis - slot.touchedAt));
                due.add(new Touch<>(slot.key, slot.held.stored().version(), all ? slot.touchFor : left));
            }
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
                Slot<K, V> slot = slots.find(touch.key());
                if (slot != null && slot.held.stored().version() == touch.version()) {
                    slot.toldAt = Slot.NEVER;
                    queue(slot, slot.touchedAt);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Entries whose version is above one, oldest first. */
    List<Map.Entry<K, Held<V>>> newerThan(long version) {
        List<Map.Entry<K, Held<V>>> newer = new ArrayList<>();
        slots.after(null).forEach((key, slot) -> {
            if (slot.held.stored().version() > version) {
                newer.add(Map.entry(key, slot.held));
            }
        });
        newer.sort(Comparator.comparingLong(entry -> entry.getValue().stored().version()));
        return newer;
    }

    /** The change up to which it is known; what was learnt in another history is older than anything in this one. */
    private long at(Slot<K, V> slot) {
        return slot.inHistory == history ? slot.at : 0;
    }

    private void queue(Slot<K, V> slot, long tellAt) {
        if (slot.queued && slot.tellAt <= tellAt) {
            return;
        }
        unqueue(slot);
        slot.queued = true;
        slot.tellAt = tellAt;
        touched.add(slot);
    }

    private void unqueue(Slot<K, V> slot) {
        if (slot.queued) {
            touched.remove(slot);
            slot.queued = false;
        }
    }

    private void put(K key, @Nullable Held<V> held, long at, boolean expired) {
        Slot<K, V> slot = slots.find(key);
        if (at < (slot == null ? gone.getOrDefault(key, 0L) : at(slot))) {
            return;
        }
        if (held == null) {
            if (at > chained || listing) {
                gone.put(key, at);
            }
            if (slot != null) {
                slots.remove(key);
                unqueue(slot);
                notices.add(new Change<>(key, null, expired));
            }
            return;
        }
        gone.remove(key);
        if (slot != null && slot.held.stored().version() == held.stored().version()) {
            slot.at = at;
            slot.inHistory = history;
            return;
        }
        if (slot != null) {
            // The write began its time to live anew.
            unqueue(slot);
        }
        Slot<K, V> fresh = new Slot<>(key, held, at, history, ++lastSlot);
        slots.put(key, fresh);
        notices.add(new Change<>(key, held.stored(), false));
    }

    static long millis(Duration timeToLive) {
        if (!timeToLive.isPositive()) {
            throw new IllegalArgumentException("a time to live must be above zero, not " + timeToLive);
        }
        return Math.max(1, timeToLive.toMillis());
    }

    /** What is known of a key; guarded by the lock. */
    private static final class Slot<K extends Comparable<K>, V> {

        /** Long ago; far enough from the smallest number to be added to. */
        static final long NEVER = Long.MIN_VALUE / 2;

        private final K key;
        private final Held<V> held;

        /** Keeps apart those that are touched in the same moment; comparing keys would take longer. */
        private final long number;

        private long at;
        private int inHistory;
        private long touchFor;
        private long touchedAt;
        private long toldAt = NEVER;
        private long tellAt;
        private boolean queued;

        Slot(K key, Held<V> held, long at, int inHistory, long number) {
            this.inHistory = inHistory;
            this.number = number;
            this.key = key;
            this.held = held;
            this.at = at;
        }
    }
}
