package io.millrace.control.store;

import java.util.function.Consumer;

/** Opens stores. The one that the settings choose is injected; each implementation is a bean named with {@code @Identifier}. */
public interface KeyedStores {

    /** A store for state that may be lost with the last control plane, such as who is alive. */
    <K extends Comparable<K>, V> KeyedStore<K, V> shared(String name, Class<K> keys, Class<V> values);

    /**
     * A store for what operators configured: every write has reached stable storage when it returns, as far as the store has any, and each
     * control plane keeps a copy on its own disk, from which a store that lost everything is filled again.
     */
    <K extends Comparable<K>, V> KeyedStore<K, V> durable(String name, Class<K> keys, Class<V> values);

    /** Whether other control planes can open the same stores; what would only be told to them need not be written when they cannot. */
    default boolean reachOthers() {
        return true;
    }

    /** Whether no control plane has kept anything here before, as far as this one can tell. */
    boolean isNew();

    StoreStatus status();

    /** Calls back after every change of the status, on a thread of the store. */
    void onStatus(Consumer<StoreStatus> listener);
}
