package io.millrace.control.store.memory;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.Versioned;
import io.millrace.control.store.file.FileSnapshots;
import io.millrace.control.time.SteadyClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A store in memory whose every write is in a file before it is visible; for small amounts that change seldom. */
public final class FileKeyedStore<K extends Comparable<K>, V> implements KeyedStore<K, V>, AutoCloseable {

    private final FileSnapshots<K, V> file;
    private final MemoryKeyedStore<K, V> store;

    /** @throws io.millrace.control.start.CannotStartException if the file is there and no good */
    public FileKeyedStore(SteadyClock clock, Path file, ObjectMapper json, Class<K> keys, Class<V> values) {
        this.file = new FileSnapshots<>(file, json, keys, values);
        try {
            this.store = new MemoryKeyedStore<>(clock, this.file);
        } catch (RuntimeException e) {
            this.file.close();
            throw e;
        }
    }

    @Override
    public Optional<Versioned<V>> find(K key) {
        return store.find(key);
    }

    @Override
    public Optional<Versioned<V>> ask(K key) {
        return store.ask(key);
    }

    @Override
    public Outcome<V> compareAndSet(K key, long expected, V next, @Nullable Duration timeToLive) {
        return store.compareAndSet(key, expected, next, timeToLive);
    }

    @Override
    public boolean remove(K key, long expected) {
        return store.remove(key, expected);
    }

    @Override
    public void versionsAbove(long floor) {
        store.versionsAbove(floor);
    }

    @Override
    public boolean touch(K key, Duration timeToLive) {
        return store.touch(key, timeToLive);
    }

    @Override
    public List<Entry<K, V>> list(@Nullable K after, int limit) {
        return store.list(after, limit);
    }

    @Override
    public int size() {
        return store.size();
    }

    @Override
    public Subscription subscribe(Consumer<Change<K, V>> listener) {
        return store.subscribe(listener);
    }

    public void sweep() {
        store.sweep();
    }

    /** Lets another process use the file. */
    @Override
    public void close() {
        file.close();
    }
}
