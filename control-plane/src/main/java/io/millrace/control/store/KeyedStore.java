package io.millrace.control.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A map whose every write names the version that it replaces, so that two writers never overwrite each other blindly.
 *
 * @param <K> ordered, so that a listing can be continued after a key
 */
public interface KeyedStore<K extends Comparable<K>, V> {

    Optional<Versioned<V>> find(K key);

    /**
     * Writes a value if the stored version is still the expected one.
     *
     * @param expected {@link Versioned#ABSENT} when the key must not exist
     * @param timeToLive after this time without {@link #touch} the entry is gone; null keeps it for good
     * @return whether it was written, and what is stored now
     */
    Outcome<V> compareAndSet(K key, long expected, V next, @Nullable Duration timeToLive);

    /** Removes an entry if the stored version is still the expected one; true if it is gone now because of this call. */
    boolean remove(K key, long expected);

    /** Starts an entry's time to live anew without changing its version; false if there is no such entry. */
    boolean touch(K key, Duration timeToLive);

    /** Entries in key order, beginning after a key. */
    List<Entry<K, V>> list(@Nullable K after, int limit);

    int size();

    /**
     * Tells of every change by anyone, including expiry, after it happened and in the order in which it happened to each key.
     * Listeners are called on the changing thread or a thread of the store, and must return quickly.
     */
    Subscription subscribe(Consumer<Change<K, V>> listener);

    /** An entry of a listing. */
    record Entry<K, V>(K key, Versioned<V> stored) {}

    /** @param current what is stored after the attempt; null if nothing is */
    record Outcome<V>(boolean written, @Nullable Versioned<V> current) {}

    /** @param current null when the entry was removed or expired */
    record Change<K, V>(K key, @Nullable Versioned<V> current, boolean expired) {}

    /** Ends a subscription. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
