package io.millrace.control.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.KeyedStores;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A whole control plane whose settings say Redis. */
@QuarkusTest
@TestProfile(RedisModeTest.OnRedis.class)
class RedisModeTest {

    @Inject
    KeyedStores stores;

    @Test
    void keepsItsStateWhereTheSettingsSay() {
        assertThat(stores.status().store()).startsWith("redis 127.0.0.1:").endsWith("/3");
        assertThat(stores.status().writable()).isTrue();
        KeyedStore<String, String> store = stores.durable("trial", String.class, String.class);
        assertThat(store.compareAndSet("a", 0, "1", null).written()).isTrue();
        assertThat(store.ask("a")).map(stored -> stored.value()).contains("1");
    }

    /** Settings as an operator of SRS's proxy has them. */
    public static final class OnRedis implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "proxy.load.balancer.type", "redis",
                    "proxy.redis.db", "3",
                    "proxy.redis.password", "p@ss:/",
                    "millrace.data-dir", "target/test-data/" + UUID.randomUUID(),
                    "quarkus.http.test-port", "0",
                    "quarkus.management.test-port", "0");
        }

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(Server.class));
        }
    }

    /** Runs for as long as the control plane. */
    public static final class Server implements QuarkusTestResourceLifecycleManager {
        private @Nullable RedisServer server;

        @Override
        public Map<String, String> start() {
            RedisServer started = RedisServer.start("--requirepass", "p@ss:/");
            server = started;
            return Map.of("proxy.redis.port", Integer.toString(started.port()));
        }

        @Override
        public void stop() {
            if (server != null) {
                server.close();
            }
        }
    }
}
