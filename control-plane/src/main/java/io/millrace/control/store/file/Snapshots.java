package io.millrace.control.store.file;

import io.millrace.control.store.Versioned;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a store's content is kept beyond the process, whole each time. */
public interface Snapshots<K, V> {

    /** What was kept last; empty at the very first start. */
    Snapshot<K, V> load();

    /** Returns once the snapshot would survive a crash; if it throws, the snapshot before it is still what is kept. */
    void save(Snapshot<K, V> snapshot);

    /** Whether it is worth making a snapshot at all. */
    default boolean areKept() {
        return true;
    }

    /**
     * @param lastVersion the highest version ever given, which must never be given again
     * @param history where the versions come from, for a snapshot of a store that is kept elsewhere; empty for others
     */
    record Snapshot<K, V>(long lastVersion, List<Kept<K, V>> entries, String history) {
        public Snapshot(long lastVersion, List<Kept<K, V>> entries) {
            this(lastVersion, entries, "");
        }
    }

    /** @param expiresAt null for good */
    record Kept<K, V>(
            K key, V value, long version, @Nullable Instant expiresAt) {}

    /** For stores that live and die with the process. */
    static <K, V> Snapshots<K, V> none() {
        return new Snapshots<>() {
            @Override
            public Snapshot<K, V> load() {
                return new Snapshot<>(Versioned.ABSENT, List.of());
            }

            @Override
            public boolean areKept() {
                return false;
            }

            @Override
            public void save(Snapshot<K, V> snapshot) {
                // Nothing outlives the process.
            }
        };
    }
}
