package io.millrace.control;

import io.millrace.control.config.ClusterConfig;
import io.millrace.control.config.ConfigRepository;
import io.millrace.control.store.Versioned;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** The operators' document in a field. */
public final class ConfigStandIn implements ConfigRepository {

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private Versioned<ClusterConfig> document = new Versioned<>(ClusterConfig.EMPTY, 1);

    @Override
    public synchronized ClusterConfig current() {
        return document.value();
    }

    @Override
    public synchronized Versioned<ClusterConfig> versioned() {
        return document;
    }

    @Override
    public ClusterConfig update(UnaryOperator<ClusterConfig> change) {
        ClusterConfig next;
        synchronized (this) {
            next = change.apply(document.value());
            document = new Versioned<>(next, document.version() + 1);
        }
        listeners.forEach(Runnable::run);
        return next;
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }
}
