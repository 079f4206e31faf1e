package io.millrace.control.store;

/** Opens stores; the configured implementation is the only bean of this type. */
public interface KeyedStores {

    /** A store for state that may be lost with the last control plane, such as who is alive. */
    <K extends Comparable<K>, V> KeyedStore<K, V> shared(String name, Class<K> keys, Class<V> values);

    /** A store whose every write has reached stable storage when it returns, for what operators configured. */
    <K extends Comparable<K>, V> KeyedStore<K, V> durable(String name, Class<K> keys, Class<V> values);
}
