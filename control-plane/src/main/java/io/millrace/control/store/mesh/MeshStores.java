package io.millrace.control.store.mesh;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.control.json.JsonLimits;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.KeyedStores;
import io.millrace.control.store.StoreStatus;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.settings.ClusterToken;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The stores of control planes that keep their state together, without a server of its own. */
@Singleton
@Identifier("mesh")
class MeshStores implements KeyedStores {

    private static final String CLUSTER = "millrace";

    private final ObjectMapper json;
    private final MeshNode node;
    private final boolean isNew;
    private final ExecutorService notifier = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("mesh-notices-", 0).factory());

    @Inject
    MeshStores(
            SteadyClock clock,
            ObjectMapper json,
            ClusterToken secret,
            @ConfigProperty(name = "millrace.data-dir", defaultValue = "millrace-data") String dataDir,
            @ConfigProperty(name = MeshSettings.PEERS) Optional<String> peers,
            @ConfigProperty(name = MeshSettings.LISTEN, defaultValue = MeshSettings.DEFAULT_PORT) String listen,
            @ConfigProperty(name = MeshSettings.SIZE) Optional<String> size) {
        this(MeshSettings.of(peers, listen, size), CLUSTER, clock, json, secret, dataDir, Timing.USUAL);
    }

    MeshStores(
            MeshSettings settings,
            String cluster,
            SteadyClock clock,
            ObjectMapper json,
            ClusterToken secret,
            String dataDir,
            Timing timing) {
        this.json = JsonLimits.lifted(json);
        MeshChannel channel =
                new MeshChannel(settings, new Seal(secret.derive(Seal.LABEL), new SecureRandom()), cluster);
        Path copy = Path.of(dataDir, "control-plane", "mesh.json");
        this.isNew = !Files.exists(copy);
        MeshFile file = new MeshFile(copy, json);
        this.node = start(channel, settings, clock, file, timing);
    }

    private MeshNode start(
            MeshChannel channel, MeshSettings settings, SteadyClock clock, MeshFile file, Timing timing) {
        try {
            String name = "mesh on " + channel.describe(channel.self());
            MeshNode made = new MeshNode(channel, name, settings.size(), timing, clock, file, notifier);
            made.start();
            return made;
        } catch (RuntimeException e) {
            channel.close();
            file.close();
            throw e;
        }
    }

    @Override
    public <K extends Comparable<K>, V> KeyedStore<K, V> shared(String name, Class<K> keys, Class<V> values) {
        return open(Content.SHARED + name, keys, values);
    }

    @Override
    public <K extends Comparable<K>, V> KeyedStore<K, V> durable(String name, Class<K> keys, Class<V> values) {
        return open(Content.DURABLE + name, keys, values);
    }

    private <K extends Comparable<K>, V> KeyedStore<K, V> open(String name, Class<K> keys, Class<V> values) {
        MeshKeyedStore<K, V> store = new MeshKeyedStore<>(
                node, name, new JsonText<>(name, json, keys), new JsonText<>(name, json, values), notifier);
        node.open(name, store);
        return store;
    }

    @Override
    public boolean isNew() {
        return isNew;
    }

    @Override
    public StoreStatus status() {
        return node.status();
    }

    @Override
    public void onStatus(Consumer<StoreStatus> listener) {
        node.onStatus(listener);
    }

    /** For tests. */
    MeshNode node() {
        return node;
    }

    @PreDestroy
    void close() {
        node.close();
        notifier.shutdown();
    }
}
