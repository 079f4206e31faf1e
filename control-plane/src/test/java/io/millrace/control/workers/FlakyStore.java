package io.millrace.control.workers;

import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.StoreStatus;
import io.millrace.control.store.StoreUnavailableException;
import io.millrace.control.store.Versioned;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One control plane's handle onto a store that others use too; it can be away, and counts what is written through it. */
final class FlakyStore<K extends Comparable<K>, V> implements KeyedStore<K, V> {

    final AtomicInteger writes = new AtomicInteger();
    private final KeyedStore<K, V> shared;
    private final InstantSource clock;
    private StoreStatus status;
    private boolean admitted = true;

    FlakyStore(KeyedStore<K, V> shared, InstantSource clock) {
        this.shared = shared;
        this.clock = clock;
        this.status = new StoreStatus("a test", true, "", clock.instant());
    }

    void away() {
        failing();
        status = new StoreStatus("a test", false, "asked to be", clock.instant());
    }

    /** Does not answer, and nobody has noticed yet. */
    void failing() {
        admitted = false;
    }

    void back() {
        admitted = true;
        status = new StoreStatus("a test", true, "", clock.instant());
    }

    StoreStatus status() {
        return status;
    }

    private void answer() {
        if (!admitted) {
            throw new StoreUnavailableException("a test does not answer");
        }
    }

    @Override
    public Optional<Versioned<V>> find(K key) {
        return shared.find(key);
    }

    @Override
    public Optional<Versioned<V>> ask(K key) {
        answer();
        return shared.ask(key);
    }

    @Override
    public Outcome<V> compareAndSet(K key, long expected, V next, @Nullable Duration timeToLive) {
        answer();
        writes.incrementAndGet();
        return shared.compareAndSet(key, expected, next, timeToLive);
    }

    @Override
    public boolean remove(K key, long expected) {
        answer();
        return shared.remove(key, expected);
    }

    @Override
    public void versionsAbove(long floor) {
        shared.versionsAbove(floor);
    }

    @Override
    public boolean touch(K key, Duration timeToLive) {
        return shared.touch(key, timeToLive);
    }

    @Override
    public List<Entry<K, V>> list(@Nullable K after, int limit) {
        return shared.list(after, limit);
    }

    @Override
    public int size() {
        return shared.size();
    }

    @Override
    public Subscription subscribe(Consumer<Change<K, V>> listener) {
        return shared.subscribe(listener);
    }
}
