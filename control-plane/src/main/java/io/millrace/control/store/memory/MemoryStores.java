package io.millrace.control.store.memory;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.control.json.JsonLimits;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.KeyedStores;
import io.millrace.control.store.StoreStatus;
import io.millrace.control.store.Versioned;
import io.millrace.control.time.SteadyClock;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** The stores of a control plane that runs alone: state in memory, configuration in {@code <data dir>/control-plane}. */
@Singleton
@Identifier("memory")
class MemoryStores implements KeyedStores {

    private static final Logger LOG = Logger.getLogger(MemoryStores.class);
    private static final long SWEEP_MILLIS = 200;

    /** Which versions may have been given, for the next run. */
    private static final String MARKS = "versions";

    private static final String MARK = "reserved";

    private final SteadyClock clock;
    private final ObjectMapper json;
    private final Path folder;
    private final StoreStatus status;
    private final boolean isNew;
    private final Versions versions;
    private final List<Runnable> sweeps = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("store-sweeper").factory());

    MemoryStores(
            SteadyClock clock,
            ObjectMapper json,
            @ConfigProperty(name = "millrace.data-dir", defaultValue = "millrace-data") String dataDir) {
        this.clock = clock;
        this.json = JsonLimits.lifted(json);
        this.folder = Path.of(dataDir, "control-plane");
        this.status = new StoreStatus("memory and " + folder, true, "", clock.shown(clock.instant()));
        this.isNew = !Files.exists(folder.resolve(MARKS + ".json")) && !Files.exists(folder.resolve("config.json"));
        this.versions = versions(durable(MARKS, String.class, Long.class));
        var _ = sweeper.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** One row of versions for all stores: a later write has a later version also after a restart. */
    private static Versions versions(KeyedStore<String, Long> marks) {
        long mark = marks.find(MARK).map(Versioned::value).orElse(Versioned.ABSENT);
        return new Versions(mark, upTo -> {
            long expected = marks.find(MARK).map(Versioned::version).orElse(Versioned.ABSENT);
            try {
                var _ = marks.compareAndSet(MARK, expected, upTo, null);
            } catch (UncheckedIOException e) {
                LOG.warnf("versions not reserved on disk upTo=%d why=\"%s\"", upTo, e.getMessage());
            }
        });
    }

    @Override
    public <K extends Comparable<K>, V> KeyedStore<K, V> shared(String name, Class<K> keys, Class<V> values) {
        MemoryKeyedStore<K, V> store = new MemoryKeyedStore<>(clock, versions);
        sweeps.add(store::sweep);
        return store;
    }

    @Override
    public <K extends Comparable<K>, V> KeyedStore<K, V> durable(String name, Class<K> keys, Class<V> values) {
        FileKeyedStore<K, V> store = new FileKeyedStore<>(clock, folder.resolve(name + ".json"), json, keys, values);
        sweeps.add(store::sweep);
        open.add(store);
        return store;
    }

    @Override
    public boolean reachOthers() {
        return false;
    }

    @Override
    public boolean isNew() {
        return isNew;
    }

    @Override
    public StoreStatus status() {
        return status;
    }

    /** Never calls: a disk that takes no more fails the one write, not the store. */
    @Override
    public void onStatus(Consumer<StoreStatus> listener) {}

    private void sweep() {
        for (Runnable sweep : sweeps) {
            try {
                sweep.run();
            } catch (RuntimeException e) {
                // An exception that leaves this method would end the sweeping for good.
                LOG.error("store not swept, internal error", e);
            }
        }
    }

    @PreDestroy
    void close() throws Exception {
        sweeper.shutdownNow();
        for (AutoCloseable store : open) {
            store.close();
        }
    }
}
