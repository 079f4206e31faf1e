package io.millrace.control.store.redis;

import io.quarkus.proxy.ProxyConfigurationRegistry;
import io.quarkus.redis.runtime.client.VertxRedisClientFactory;
import io.quarkus.redis.runtime.client.config.RedisClientConfig;
import io.quarkus.redis.runtime.client.config.RedisConfig;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import java.util.function.Supplier;

/**
 * Makes clients as Quarkus makes its own, from the same settings. Not the one that Quarkus offers for injection: a client pools its
 * connections, and closing a pooled connection that is stuck only puts it back.
 */
final class RedisClients implements Supplier<Redis> {

    private final Vertx vertx;
    private final RedisConfig settings;
    private final TlsConfigurationRegistry tls;
    private final ProxyConfigurationRegistry proxies;

    RedisClients(Vertx vertx, RedisConfig settings, TlsConfigurationRegistry tls, ProxyConfigurationRegistry proxies) {
        this.vertx = vertx;
        this.settings = settings;
        this.tls = tls;
        this.proxies = proxies;
    }

    @Override
    public Redis get() {
        RedisClientConfig client = settings.clients().get(RedisConfig.DEFAULT_CLIENT_NAME);
        return VertxRedisClientFactory.create(RedisConfig.DEFAULT_CLIENT_NAME, vertx, client, tls, proxies);
    }
}
