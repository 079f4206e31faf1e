package io.millrace.control.config;

import io.millrace.control.store.Versioned;
import java.util.List;
import java.util.Optional;
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
    public Versioned<ClusterConfig> newest() {
        return versioned();
    }

    @Override
    public ConfigUpdate update(String actor, String reason, UnaryOperator<ClusterConfig> change) {
        ClusterConfig before;
        Versioned<ClusterConfig> after;
        synchronized (this) {
            before = document.value();
            after = new Versioned<>(change.apply(before), document.version() + 1);
            document = after;
        }
        listeners.forEach(Runnable::run);
        return new ConfigUpdate(before, after, true);
    }

    @Override
    public synchronized List<ConfigRevision> revisions() {
        return List.of(new ConfigRevision(document.version(), null, "", "", document.value()));
    }

    @Override
    public Optional<ConfigRevision> revision(long version) {
        return revisions().stream()
                .filter(revision -> revision.version() == version)
                .findFirst();
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }
}
