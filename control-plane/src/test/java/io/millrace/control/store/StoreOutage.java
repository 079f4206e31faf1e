package io.millrace.control.store;

import java.lang.reflect.Proxy;
import java.util.Set;

/** Stores that can be made to go away: then they are read, but answer no write. */
public final class StoreOutage {

    private static final Set<String> ASKS_THE_STORE = Set.of("ask", "compareAndSet", "remove");

    private volatile boolean lasting;

    public void begin() {
        lasting = true;
    }

    public void end() {
        lasting = false;
    }

    @SuppressWarnings("unchecked")
    public <K extends Comparable<K>, V> KeyedStore<K, V> of(KeyedStore<K, V> store) {
        return (KeyedStore<K, V>) Proxy.newProxyInstance(
                KeyedStore.class.getClassLoader(), new Class<?>[] {KeyedStore.class}, (proxy, method, arguments) -> {
                    if (lasting && ASKS_THE_STORE.contains(method.getName())) {
                        throw new StoreUnavailableException("the store of this test is away");
                    }
                    return method.invoke(store, arguments);
                });
    }
}
