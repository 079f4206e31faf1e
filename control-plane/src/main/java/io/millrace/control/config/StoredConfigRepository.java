package io.millrace.control.config;

import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.Versioned;
import java.util.function.UnaryOperator;

/** The operators' document as the one entry of a store. */
public final class StoredConfigRepository implements ConfigRepository {

    private static final String KEY = "cluster";

    private final KeyedStore<String, ClusterConfig> store;

    public StoredConfigRepository(KeyedStore<String, ClusterConfig> store) {
        this.store = store;
    }

    @Override
    public ClusterConfig current() {
        return versioned().value();
    }

    @Override
    public Versioned<ClusterConfig> versioned() {
        return store.find(KEY).orElseGet(() -> new Versioned<>(ClusterConfig.EMPTY, Versioned.ABSENT));
    }

    @Override
    public ClusterConfig update(UnaryOperator<ClusterConfig> change) {
        while (true) {
            Versioned<ClusterConfig> before = versioned();
            ClusterConfig next = change.apply(before.value());
            if (next.equals(before.value())) {
                return next;
            }
            if (store.compareAndSet(KEY, before.version(), next, null).written()) {
                return next;
            }
        }
    }

    @Override
    public void onChange(Runnable listener) {
        var _ = store.subscribe(change -> listener.run());
    }
}
