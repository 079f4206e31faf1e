package io.millrace.control.store.redis;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/** What one control plane has of Redis. */
final class Replica implements AutoCloseable {

    /** Time stands still until a test moves it on; control planes that say nothing for long do not hold expiry up. */
    static final String MOVABLE_TIME = """
            local SILENCE, GRACE = 600000, 0
            local function clock(raw) return 1e12 + tonumber(redis.call('HGET', KEYS[3], 'test-ahead') or 0) end
            """;

    static final ObjectMapper JSON = new ObjectMapper().registerModule(new JavaTimeModule());

    final Vertx vertx;
    final RedisEngine engine;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    private Replica(Vertx vertx, RedisEngine engine) {
        this.vertx = vertx;
        this.engine = engine;
    }

    /** Starts; the prelude says which time it is. */
    static Replica start(Function clients, String prefix, String prelude) {
        Vertx vertx = Vertx.vertx();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        RedisEngine engine = new RedisEngine(
                clients.with(vertx),
                "redis test",
                prefix,
                Scripts.load(prelude),
                Clock.systemUTC(),
                new Random(1),
                new RedisMetrics(meters));
        engine.start();
        return new Replica(vertx, engine);
    }

    /** Makes the clients of a replica. */
    interface Function {
        Supplier<Redis> with(Vertx vertx);
    }

    RedisStore<String, String> shared(String name) {
        return engine.open(name, new Codec<>(JSON, String.class, String.class), FileCopy.none());
    }

    void awaitWritable(boolean writable) {
        Awaitility.await()
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .atMost(Duration.ofSeconds(20))
                .until(() -> engine.status().writable() == writable);
    }

    @Override
    public void close() {
        engine.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
