package io.millrace.control.store;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a store's copy: looked up without comparing the key with many others, since every report of a worker looks up every
 * stream that it carries, and listed in the order of keys. One thread at a time changes it; any thread reads.
 */
public final class KeyIndex<K extends Comparable<K>, S> {

    private final ConcurrentHashMap<K, S> byKey = new ConcurrentHashMap<>();
    private final ConcurrentNavigableMap<K, S> inOrder = new ConcurrentSkipListMap<>();

    public @Nullable S find(K key) {
        return byKey.get(key);
    }

    public void put(K key, S entry) {
        inOrder.put(key, entry);
        byKey.put(key, entry);
    }

    /** @return what was there */
    public @Nullable S remove(K key) {
        inOrder.remove(key);
        return byKey.remove(key);
    }

    public int size() {
        return byKey.size();
    }

    /** A view of the entries behind a key, or of all. */
    public ConcurrentNavigableMap<K, S> after(@Nullable K key) {
        return key == null ? inOrder : inOrder.tailMap(key, false);
    }
}
