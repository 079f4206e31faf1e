package io.millrace.control.store.mesh;

import io.millrace.control.store.KeyIndex;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.Versioned;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One store of the mesh: a copy that any thread reads, changed by the replica's thread alone, and writes that go to the leader. */
final class MeshKeyedStore<K extends Comparable<K>, V> implements KeyedStore<K, V>, MeshNode.Copy {

    private final MeshNode node;
    private final String name;
    private final JsonText<K> keys;
    private final JsonText<V> values;
    private final KeyIndex<K, Held<V>> copy = new KeyIndex<>();
    private final MeshNotices<Change<K, V>> notices;

    MeshKeyedStore(MeshNode node, String name, JsonText<K> keys, JsonText<V> values, Executor notifier) {
        this.node = node;
        this.name = name;
        this.keys = keys;
        this.values = values;
        this.notices = new MeshNotices<>(notifier);
    }

    @Override
    public Optional<Versioned<V>> find(K key) {
        Held<V> held = copy.find(key);
        return held == null ? Optional.empty() : Optional.ofNullable(held.stored());
    }

    @Override
    public Optional<Versioned<V>> ask(K key) {
        Decision decision = node.call(id -> Op.ask(id, name, keys.write(key)));
        return Optional.ofNullable(current(decision));
    }

    @Override
    public Outcome<V> compareAndSet(K key, long expected, V next, @Nullable Duration timeToLive) {
        long ttlMillis = timeToLive == null ? 0 : millis(timeToLive);
        Bytes value = values.bytes(next);
        Decision decision = node.call(id -> Op.put(id, name, keys.write(key), expected, ttlMillis, value));
        return decision.done()
                ? new Outcome<>(true, new Versioned<>(next, decision.version()))
                : new Outcome<>(false, current(decision));
    }

    @Override
    public boolean remove(K key, long expected) {
        return node.call(id -> Op.remove(id, name, keys.write(key), expected)).done();
    }

    @Override
    public void versionsAbove(long floor) {
        var _ = node.call(id -> Op.raise(id, name, floor));
    }

    @Override
    public boolean touch(K key, Duration timeToLive) {
        long ttlMillis = millis(timeToLive);
        Held<V> held = copy.find(key);
        if (held == null) {
            return false;
        }
        node.touch(Op.touch(name, held.keyText, held.cell.version(), ttlMillis));
        return true;
    }

    @Override
    public List<Entry<K, V>> list(@Nullable K after, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("a listing needs a limit of at least 1, not " + limit);
        }
        List<Entry<K, V>> list = new ArrayList<>();
        for (Map.Entry<K, Held<V>> entry : copy.after(after).entrySet()) {
            Versioned<V> stored = entry.getValue().stored();
            if (stored != null) {
                list.add(new Entry<>(entry.getKey(), stored));
            }
            if (list.size() == limit) {
                break;
            }
        }
        return List.copyOf(list);
    }

    @Override
    public int size() {
        return copy.size();
    }

    @Override
    public Subscription subscribe(Consumer<Change<K, V>> listener) {
        return notices.subscribe(listener)::run;
    }

    @Override
    public void changed(String keyText, @Nullable Cell now, boolean expired) {
        K key = keys.readOrNull(keyText);
        if (key == null) {
            return;
        }
        if (now == null) {
            if (copy.remove(key) != null) {
                notices.tell(() -> new Change<>(key, null, expired));
            }
            return;
        }
        Held<V> held = new Held<>(keyText, now, values);
        copy.put(key, held);
        notices.tell(() -> new Change<>(key, held.stored(), false));
    }

    @Override
    public void replaced(Map<String, Cell> cells) {
        Collection<Held<V>> before = List.copyOf(copy.after(null).values());
        for (Held<V> held : before) {
            if (!cells.containsKey(held.keyText)) {
                changed(held.keyText, null, false);
            }
        }
        Map<String, Long> versions = new java.util.HashMap<>();
        before.forEach(held -> versions.put(held.keyText, held.cell.version()));
        cells.forEach((keyText, cell) -> {
            Long version = versions.get(keyText);
            if (version == null || version != cell.version()) {
                changed(keyText, cell, false);
            }
        });
    }

    private @Nullable Versioned<V> current(Decision decision) {
        Cell cell = decision.current();
        if (cell == null) {
            return null;
        }
        V value = values.readOrNull(cell.value());
        return value == null ? null : new Versioned<>(value, cell.version());
    }

    private static long millis(Duration timeToLive) {
        if (!timeToLive.isPositive()) {
            throw new IllegalArgumentException("a time to live must be above zero, not " + timeToLive);
        }
        return Math.max(1, timeToLive.toMillis());
    }

    /** An entry; its value is read from JSON when somebody wants it. */
    private static final class Held<V> {
        private final String keyText;
        private final Cell cell;
        private final JsonText<V> values;
        private volatile @Nullable Versioned<V> stored;

        Held(String keyText, Cell cell, JsonText<V> values) {
            this.keyText = keyText;
            this.cell = cell;
            this.values = values;
        }

        /** Null if this version of the program cannot read the value. */
        @Nullable
        Versioned<V> stored() {
            Versioned<V> known = stored;
            if (known == null) {
                V value = values.readOrNull(cell.value());
                known = value == null ? null : new Versioned<>(value, cell.version());
                stored = known;
            }
            return known;
        }
    }
}
