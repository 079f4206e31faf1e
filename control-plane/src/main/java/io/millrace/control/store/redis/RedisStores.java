package io.millrace.control.store.redis;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.control.json.JsonLimits;
import io.millrace.control.settings.RedisAddress;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.KeyedStores;
import io.millrace.control.store.StoreStatus;
import io.millrace.control.store.file.FileSnapshots;
import io.quarkus.proxy.ProxyConfigurationRegistry;
import io.quarkus.redis.runtime.client.config.RedisConfig;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.config.SmallRyeConfig;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The stores of control planes that share a Redis; what operators configured is also kept in {@code <data dir>/control-plane}. */
@Singleton
@Identifier("redis")
class RedisStores implements KeyedStores {

    private final ObjectMapper json;
    private final Path folder;
    private final boolean hadFiles;
    private final RedisEngine engine;

    RedisStores(
            Vertx vertx,
            SmallRyeConfig config,
            TlsConfigurationRegistry tls,
            ProxyConfigurationRegistry proxies,
            InstantSource clock,
            ObjectMapper json,
            MeterRegistry meters,
            Where where,
            @ConfigProperty(name = "millrace.data-dir", defaultValue = "millrace-data") String dataDir) {
        this.json = JsonLimits.lifted(json);
        this.folder = Path.of(dataDir, "control-plane");
        this.hadFiles = Files.exists(folder.resolve("config.redis.json"));
        this.engine = new RedisEngine(
                new RedisClients(vertx, config.getConfigMapping(RedisConfig.class), tls, proxies),
                where.address.shown(),
                where.prefix,
                Scripts.load(Scripts.PRELUDE),
                clock,
                new SplittableRandom(),
                new RedisMetrics(meters));
        engine.start();
    }

    @Override
    public <K extends Comparable<K>, V> KeyedStore<K, V> shared(String name, Class<K> keys, Class<V> values) {
        return engine.open(name, new Codec<>(json, keys, values), FileCopy.none());
    }

    @Override
    public <K extends Comparable<K>, V> KeyedStore<K, V> durable(String name, Class<K> keys, Class<V> values) {
        // Not the file of the memory store: its versions are those of another store.
        Path file = folder.resolve(name + ".redis.json");
        return engine.open(
                name, new Codec<>(json, keys, values), new KeptOnDisk<>(new FileSnapshots<>(file, json, keys, values)));
    }

    @Override
    public boolean isNew() {
        return engine.isNew() && !hadFiles;
    }

    @Override
    public StoreStatus status() {
        return engine.status();
    }

    @Override
    public void onStatus(Consumer<StoreStatus> listener) {
        engine.onStatus(listener);
    }

    @PreDestroy
    void close() {
        engine.close();
    }

    /** The settings that say where it is; {@link io.millrace.control.settings.RedisSource} has checked them. */
    @Singleton
    static class Where {
        private final RedisAddress address;
        private final String prefix;

        Where(
                @ConfigProperty(name = RedisAddress.URL) Optional<String> url,
                @ConfigProperty(name = RedisAddress.HOST, defaultValue = "127.0.0.1") String host,
                @ConfigProperty(name = RedisAddress.PORT, defaultValue = "6379") String port,
                @ConfigProperty(name = RedisAddress.PASSWORD) Optional<String> password,
                @ConfigProperty(name = RedisAddress.DATABASE, defaultValue = "0") String database,
                @ConfigProperty(name = RedisAddress.PREFIX) Optional<String> prefix,
                @ConfigProperty(name = RedisAddress.PROXY_PREFIX) Optional<String> proxyPrefix) {
            this.address = url.isPresent()
                    ? RedisAddress.ofUrl(url.get())
                    : RedisAddress.ofParts(host, port, password.orElse(""), database);
            this.prefix = address.prefix(prefix.orElse(""), proxyPrefix.orElse(""));
        }
    }
}
