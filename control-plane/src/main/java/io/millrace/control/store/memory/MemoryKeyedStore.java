package io.millrace.control.store.memory;

import io.millrace.control.store.KeyIndex;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.Notices;
import io.millrace.control.store.Versioned;
import io.millrace.control.store.file.Snapshots;
import io.millrace.control.store.file.Snapshots.Kept;
import io.millrace.control.store.file.Snapshots.Snapshot;
import io.millrace.control.time.SteadyClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory. One lock guards the entries; a version is drawn from one counter for all keys, so that none comes back for
 * a key that was removed or has expired. With {@link Snapshots}, a write is visible only once it is kept. Looking up a key takes no
 * lock: every session asks, and reports of workers look up every stream that they carry. Moments are plain milliseconds, so that a touch
 * writes no reference into an old object, which the garbage collector would have to look at again.
 */
public final class MemoryKeyedStore<K extends Comparable<K>, V> implements KeyedStore<K, V> {

    private static final long NEVER = Long.MAX_VALUE;

    private final SteadyClock clock;
    private final Snapshots<K, V> snapshots;
    private final ReentrantLock lock = new ReentrantLock();
    private final KeyIndex<K, Slot<V>> slots = new KeyIndex<>();

    private final PriorityQueue<Deadline<K, V>> deadlines = new PriorityQueue<>(Comparator.comparingLong(Deadline::at));
    private final Notices<Change<K, V>> notices = new Notices<>();
    private final Versions versions;

    public MemoryKeyedStore(SteadyClock clock) {
        this(clock, Versions.after(Versioned.ABSENT));
    }

    MemoryKeyedStore(SteadyClock clock, Versions versions) {
        this.clock = clock;
        this.snapshots = Snapshots.none();
        this.versions = versions;
    }

    MemoryKeyedStore(SteadyClock clock, Snapshots<K, V> snapshots) {
        this.clock = clock;
        this.snapshots = snapshots;
        Snapshot<K, V> kept = snapshots.load();
        this.versions = Versions.after(kept.lastVersion());
        Instant today = clock.shown(clock.instant());
        for (Kept<K, V> entry : kept.entries()) {
            Instant end = entry.expiresAt();
            // Between two runs there is no other clock than the time of day.
            long expiresAt = end == null
                    ? NEVER
                    : clock.millis() + Duration.between(today, end).toMillis();
            put(entry.key(), new Slot<>(new Versioned<>(entry.value(), entry.version()), expiresAt));
        }
    }

    @Override
    public Optional<Versioned<V>> find(K key) {
        Slot<V> slot = slots.find(key);
        if (slot == null) {
            return Optional.empty();
        }
        long end = slot.expiresAt;
        // What is over is told of before it is missed.
        return end == NEVER || end > clock.millis()
                ? Optional.of(slot.stored)
                : locked(() -> Optional.ofNullable(slots.find(key)).map(there -> there.stored));
    }

    @Override
    public Optional<Versioned<V>> ask(K key) {
        return find(key);
    }

    @Override
    public Outcome<V> compareAndSet(K key, long expected, V next, @Nullable Duration timeToLive) {
        if (timeToLive != null) {
            requirePositive(timeToLive);
        }
        return locked(() -> {
            Slot<V> before = slots.find(key);
            if (version(before) != expected) {
                return new Outcome<>(false, before == null ? null : before.stored);
            }
            long expiresAt = timeToLive == null ? NEVER : deadline(timeToLive);
            Slot<V> after = new Slot<>(new Versioned<>(next, versions.next()), expiresAt);
            keep(key, after);
            put(key, after);
            notices.add(new Change<>(key, after.stored, false));
            return new Outcome<>(true, after.stored);
        });
    }

    @Override
    public boolean remove(K key, long expected) {
        return locked(() -> {
            Slot<V> before = slots.find(key);
            if (before == null || version(before) != expected) {
                return false;
            }
            keep(key, null);
            drop(key);
            notices.add(new Change<>(key, null, false));
            return true;
        });
    }

    @Override
    public void versionsAbove(long floor) {
        versions.above(floor);
    }

    @Override
    public boolean touch(K key, Duration timeToLive) {
        requirePositive(timeToLive);
        return locked(() -> {
            Slot<V> before = slots.find(key);
            if (before == null) {
                return false;
            }
            long expiresAt = deadline(timeToLive);
            keep(key, new Slot<>(before.stored, expiresAt));
            before.expiresAt = expiresAt;
            // A deadline that is queued for an earlier moment is moved on then; one queue entry per touch would add up.
            if (before.queuedFor > expiresAt) {
                queue(key, before, expiresAt);
            }
            return true;
        });
    }

    @Override
    public List<Entry<K, V>> list(@Nullable K after, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("a listing needs a limit of at least 1, not " + limit);
        }
        sweep();
        // Without the lock: a listing of all entries would keep event loops waiting that want one.
        return slots.after(after).entrySet().stream()
                .limit(limit)
                .map(entry -> new Entry<>(entry.getKey(), entry.getValue().stored))
                .toList();
    }

    @Override
    public int size() {
        return locked(slots::size);
    }

    /**
     * Called back in order, one change at a time: by the thread that made the change or, if notices are just being given, by
     * the thread that gives them. No lock of the store is held meanwhile.
     */
    @Override
    public Subscription subscribe(Consumer<Change<K, V>> listener) {
        return notices.subscribe(listener)::run;
    }

    /** Removes what has expired and notifies of it, even when the store is not used. */
    public void sweep() {
        locked(() -> true);
    }

    private <R> R locked(Supplier<R> work) {
        R result;
        lock.lock();
        try {
            expire();
            result = work.get();
        } finally {
            lock.unlock();
        }
        notices.deliver();
        return result;
    }

    private void expire() {
        long now = clock.millis();
        for (Deadline<K, V> due = deadlines.peek(); due != null && due.at <= now; due = deadlines.peek()) {
            deadlines.remove();
            Slot<V> slot = slots.find(due.key);
            if (slot != due.slot) {
                continue;
            }
            if (slot.expiresAt > now) {
                queue(due.key, slot, slot.expiresAt);
            } else {
                // Not written to the snapshot: it says when the entry ends.
                drop(due.key);
                notices.add(new Change<>(due.key, null, true));
            }
        }
    }

    private void put(K key, Slot<V> slot) {
        slots.put(key, slot);
        if (slot.expiresAt != NEVER) {
            queue(key, slot, slot.expiresAt);
        }
    }

    private void drop(K key) {
        slots.remove(key);
    }

    private void queue(K key, Slot<V> slot, long at) {
        slot.queuedFor = at;
        deadlines.add(new Deadline<>(at, key, slot));
    }

    private void keep(K changed, @Nullable Slot<V> to) {
        if (!snapshots.areKept()) {
            return;
        }
        TreeMap<K, Slot<V>> next = new TreeMap<>(slots.after(null));
        if (to == null) {
            next.remove(changed);
        } else {
            next.put(changed, to);
        }
        List<Kept<K, V>> entries = new ArrayList<>(next.size());
        next.forEach((key, slot) ->
                entries.add(new Kept<>(key, slot.stored.value(), slot.stored.version(), shownEnd(slot))));
        snapshots.save(new Snapshot<>(versions.last(), entries));
    }

    private @Nullable Instant shownEnd(Slot<V> slot) {
        return slot.expiresAt == NEVER ? null : clock.shown(Instant.ofEpochMilli(slot.expiresAt));
    }

    private static long version(@Nullable Slot<?> slot) {
        return slot == null ? Versioned.ABSENT : slot.stored.version();
    }

    private static void requirePositive(Duration timeToLive) {
        if (!timeToLive.isPositive()) {
            throw new IllegalArgumentException("a time to live must be above zero, not " + timeToLive);
        }
    }

    private long deadline(Duration timeToLive) {
        return clock.millis() + Math.max(1, timeToLive.toMillis());
    }

    private record Deadline<K, V>(long at, K key, Slot<V> slot) {}

    /** What a key holds; written under the store's lock. */
    private static final class Slot<V> {
        private final Versioned<V> stored;
        private volatile long expiresAt;
        private long queuedFor = NEVER;

        Slot(Versioned<V> stored, long expiresAt) {
            this.stored = stored;
            this.expiresAt = expiresAt;
        }
    }
}
