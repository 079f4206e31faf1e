package io.millrace.control.streams;

import io.millrace.control.config.ClusterConfig;
import io.millrace.control.config.ConfigRepository;
import io.millrace.control.store.Versioned;
import java.util.function.UnaryOperator;

/** The operators' document in a field. */
final class FakeConfig implements ConfigRepository {

    private Versioned<ClusterConfig> stored = new Versioned<>(ClusterConfig.EMPTY, 0);

    @Override
    public synchronized ClusterConfig current() {
        return stored.value();
    }

    @Override
    public synchronized Versioned<ClusterConfig> versioned() {
        return stored;
    }

    @Override
    public synchronized ClusterConfig update(UnaryOperator<ClusterConfig> change) {
        stored = new Versioned<>(change.apply(stored.value()), stored.version() + 1);
        return stored.value();
    }

    @Override
    public void onChange(Runnable listener) {}
}
