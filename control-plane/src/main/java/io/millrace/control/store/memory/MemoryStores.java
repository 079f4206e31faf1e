package io.millrace.control.store.memory;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.control.settings.InvalidSettingException;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.KeyedStores;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** The stores of a control plane that runs alone: state in memory, configuration in {@code <data dir>/control-plane}. */
@ApplicationScoped
class MemoryStores implements KeyedStores {

    private static final Logger LOG = Logger.getLogger(MemoryStores.class);
    private static final long SWEEP_MILLIS = 200;

    private final InstantSource clock;
    private final ObjectMapper json;
    private final Path folder;
    private final List<Runnable> sweeps = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("store-sweeper").factory());

    MemoryStores(
            InstantSource clock,
            ObjectMapper json,
            @ConfigProperty(name = "millrace.data-dir", defaultValue = "millrace-data") String dataDir,
            @ConfigProperty(name = "proxy.load.balancer.type", defaultValue = "memory") String type) {
        if (!type.strip().equalsIgnoreCase("memory")) {
            // To go on alone where somebody counts on a shared store would split the cluster without a word.
            throw new InvalidSettingException("proxy.load.balancer.type", type, "memory");
        }
        this.clock = clock;
        this.json = json;
        this.folder = Path.of(dataDir, "control-plane");
        var _ = sweeper.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public <K extends Comparable<K>, V> KeyedStore<K, V> shared(String name, Class<K> keys, Class<V> values) {
        MemoryKeyedStore<K, V> store = new MemoryKeyedStore<>(clock);
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

    private void sweep() {
        for (Runnable sweep : sweeps) {
            try {
                sweep.run();
            } catch (RuntimeException e) {
                // An exception that leaves this method would end the sweeping for good.
                LOG.error("sweeping a store failed", e);
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
