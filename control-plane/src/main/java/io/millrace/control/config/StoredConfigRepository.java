package io.millrace.control.config;

import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.Versioned;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The operators' document as the one entry of a store, and its former versions in another. */
public final class StoredConfigRepository implements ConfigRepository {

    private static final String KEY = "cluster";

    private final KeyedStore<String, StoredConfig> store;
    private final ConfigHistory history;
    private final InstantSource clock;

    public StoredConfigRepository(
            KeyedStore<String, StoredConfig> store, KeyedStore<String, ConfigRevision> history, InstantSource clock) {
        this.store = store;
        this.history = new ConfigHistory(history);
        this.clock = clock;
    }

    @Override
    public ClusterConfig current() {
        return known().value().config();
    }

    @Override
    public Versioned<ClusterConfig> versioned() {
        return plain(known());
    }

    @Override
    public Versioned<ClusterConfig> newest() {
        return plain(orEmpty(store.ask(KEY)));
    }

    @Override
    public ConfigUpdate update(String actor, String reason, UnaryOperator<ClusterConfig> change) {
        while (true) {
            Versioned<StoredConfig> before = known();
            ClusterConfig config = before.value().config();
            ClusterConfig next = change.apply(config);
            if (next.equals(config)) {
                // What is known here may be behind; that nothing has to be done only the store can say.
                Versioned<StoredConfig> newest = orEmpty(store.ask(KEY));
                if (newest.version() == before.version()) {
                    return new ConfigUpdate(config, plain(before), false);
                }
                continue;
            }
            history.keep(before.value().revision(before.version()));
            String what = ConfigChanges.between(config, next).summary();
            StoredConfig written =
                    StoredConfig.of(next, clock.instant(), actor, reason.isEmpty() ? what : reason + ": " + what);
            KeyedStore.Outcome<StoredConfig> outcome = store.compareAndSet(KEY, before.version(), written, null);
            if (outcome.written()) {
                history.trim();
                return new ConfigUpdate(config, plain(Objects.requireNonNull(outcome.current())), true);
            }
        }
    }

    @Override
    public List<ConfigRevision> revisions() {
        Versioned<StoredConfig> now = known();
        List<ConfigRevision> revisions = new ArrayList<>();
        if (now.version() != Versioned.ABSENT) {
            revisions.add(now.value().revision(now.version()));
            revisions.addAll(history.before(now.version()));
        }
        return revisions;
    }

    @Override
    public Optional<ConfigRevision> revision(long version) {
        Versioned<StoredConfig> now = known();
        return version == now.version() && version != Versioned.ABSENT
                ? Optional.of(now.value().revision(version))
                : history.find(version);
    }

    @Override
    public void onChange(Runnable listener) {
        var _ = store.subscribe(change -> listener.run());
    }

    private Versioned<StoredConfig> known() {
        return orEmpty(store.find(KEY));
    }

    private static Versioned<StoredConfig> orEmpty(Optional<Versioned<StoredConfig>> stored) {
        return stored.orElseGet(() -> new Versioned<>(StoredConfig.EMPTY, Versioned.ABSENT));
    }

    private static Versioned<ClusterConfig> plain(Versioned<StoredConfig> stored) {
        return new Versioned<>(stored.value().config(), stored.version());
    }
}
