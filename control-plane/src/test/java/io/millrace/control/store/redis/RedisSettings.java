package io.millrace.control.store.redis;

import io.millrace.control.settings.RedisAddress;
import io.quarkus.proxy.ProxyConfigurationRegistry;
import io.quarkus.redis.runtime.client.config.RedisConfig;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import java.util.Optional;
import java.util.function.Supplier;

/** From a URL to clients, on the way that production takes. */
final class RedisSettings {

    private RedisSettings() {}

    static Replica.Function url(String url) {
        return url(url, "");
    }

    static Replica.Function url(String url, String trust) {
        RedisAddress address = RedisAddress.ofUrl(url);
        return vertx -> clients(vertx, address, trust);
    }

    private static Supplier<Redis> clients(Vertx vertx, RedisAddress address, String trust) {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(RedisConfig.class)
                .withSources(new PropertiesConfigSource(address.quarkus(trust), "test", 100))
                .build();
        ProxyConfigurationRegistry noProxies = name -> Optional.empty();
        return new RedisClients(vertx, config.getConfigMapping(RedisConfig.class), new NoTls(), noProxies);
    }

    /** Nothing is configured by name. */
    private static final class NoTls implements TlsConfigurationRegistry {
        @Override
        public Optional<TlsConfiguration> get(String name) {
            return Optional.empty();
        }

        @Override
        public Optional<TlsConfiguration> getDefault() {
            return Optional.empty();
        }

        @Override
        public void register(String name, TlsConfiguration configuration) {
            throw new UnsupportedOperationException(name);
        }
    }
}
