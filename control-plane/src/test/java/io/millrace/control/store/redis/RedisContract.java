package io.millrace.control.store.redis;

import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.KeyedStoreContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The contract of all stores, with two control planes on one server; a test says only where the server is. */
abstract class RedisContract extends KeyedStoreContract {

    private final List<Replica> replicas = new ArrayList<>();
    private final List<RedisStore<String, String>> opened = new ArrayList<>();

    /** Where the two connect to. */
    protected abstract Replica.Function clients();

    @BeforeEach
    void startReplicas() {
        // With all that means something in a pattern of channels or in a hash tag.
        String prefix = "a} {t}*[b-c]?\\^-" + UUID.randomUUID();
        replicas.add(Replica.start(clients(), prefix, Replica.MOVABLE_TIME));
        replicas.add(Replica.start(clients(), prefix, Replica.MOVABLE_TIME));
    }

    @AfterEach
    void stopReplicas() {
        replicas.forEach(Replica::close);
    }

    @Override
    protected KeyedStore<String, String> open() {
        return opened(replicas.getFirst());
    }

    @Override
    protected KeyedStore<String, String> another(KeyedStore<String, String> store) {
        return opened(replicas.getLast());
    }

    private KeyedStore<String, String> opened(Replica replica) {
        RedisStore<String, String> store = replica.shared("things");
        opened.add(store);
        return store;
    }

    @Override
    protected void advance(KeyedStore<String, String> store, Duration by) {
        clock.advance(by);
        try {
            for (int i = 0; i < opened.size(); i++) {
                RedisStore<String, String> each = opened.get(i);
                replicas.get(i).engine.onKeeper(link -> each.flush(link, true));
            }
            RedisStore<String, String> first = opened.getFirst();
            long[] newest = new long[1];
            replicas.getFirst().engine.onKeeper(link -> {
                var _ = link.run(TestScripts.AHEAD, first.keys(), List.of(Long.toString(by.toMillis())));
                var _ = first.tick(link, false);
                newest[0] =
                        link.run(TestScripts.AHEAD, first.keys(), List.of("0")).newest();
            });
            Awaitility.await()
                    .pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> opened.stream().allMatch(each -> each.chained() >= newest[0]));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
