package io.millrace.control.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A map whose every write names the version that it replaces, so that two writers never overwrite each other blindly, also where
 * they are two control planes.
 *
 * <p>Every control plane has a copy of all entries. {@link #find}, {@link #list} and {@link #size} read the copy: they cost
 * nothing, never fail, and go on while the store is away. The copy knows what this control plane wrote or was told at once, and
 * what others did a moment later. Whether a write succeeds is decided in the store alone, so a decision that was taken on a copy that
 * lags behind is refused, never carried out; the refusal brings the copy up to date.
 *
 * <p>What changes the store throws {@link StoreUnavailableException} within a second when the store does not answer.
 *
 * @param <K> ordered, so that a listing can be continued after a key
 */
public interface KeyedStore<K extends Comparable<K>, V> {

    /** What is known here. */
    Optional<Versioned<V>> find(K key);

    /** What is stored, as the store itself says; costs a way to it. The copy knows it from then on. */
    Optional<Versioned<V>> ask(K key);

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

    /**
     * Starts an entry's time to live anew without changing its version; false if there is no such entry, as far as is known here.
     * Never waits: the store may hear of it some time later, but before a quarter of the time to live is over. While the store is away
     * nothing expires here, and what was touched meanwhile is touched in the store when it is back.
     */
    boolean touch(K key, Duration timeToLive);

    /**
     * What is written here from now on gets versions above this one. For a store that may have lost what it gave before, when a worker
     * still knows of it; may cost a way to the store.
     */
    void versionsAbove(long floor);

    /**
     * Names the time since when some control plane has kept this store without a break: another name means that for a while none did, so
     * what is in it may lack what happened then. The same for all who have opened the store since.
     */
    default String keptSince() {
        return "";
    }

    /** Entries in key order, beginning after a key. */
    List<Entry<K, V>> list(@Nullable K after, int limit);

    int size();

    /**
     * Notifies of every change, by any control plane, including expiry, after it happened and in the order in which it happened to each key.
     * Listeners are called on the changing thread or a thread of the store, and must return quickly. After the store was away, changes
     * that followed each other may be told as one.
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
