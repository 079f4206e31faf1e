package io.millrace.control.store.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.KeyedStore.Change;
import io.millrace.control.store.KeyedStores;
import io.millrace.control.store.StoreUnavailableException;
import io.millrace.control.store.Versioned;
import io.millrace.model.settings.ClusterToken;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.jgroups.protocols.DISCARD;
import org.jgroups.protocols.TP;
import org.jgroups.stack.ProtocolStack;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three control planes, some of which fail. */
class MeshFailureTest {

    @TempDir
    private Path folder;

    private MeshCluster cluster;

    @BeforeEach
    void make() throws Exception {
        cluster = new MeshCluster(folder, 3);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void theFirstOfThreeRefusesAndSaysWhatItWaitsFor() {
        KeyedStore<String, String> alone = store(0);
        assertThatThrownBy(() -> put(alone, "a", "1"))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessage("mesh: waits for others, 1 of 3 control planes can be reached; writes need 2");
        assertThat(cluster.node(0).status().writable()).isFalse();
        cluster.start(1);
        cluster.awaitWritable();
        put(alone, "a", "1");
    }

    @Test
    void losesNoIncrementOfThreeControlPlanes() throws Exception {
        startAll();
        List<KeyedStore<String, String>> stores =
                IntStream.range(0, 3).mapToObj(this::store).toList();
        try (ExecutorService pool = Executors.newFixedThreadPool(6)) {
            List<? extends Future<?>> all = IntStream.range(0, 6)
                    .mapToObj(i -> pool.submit(() -> {
                        for (int n = 0; n < 50; n++) {
                            increment(stores.get(i % 3), "counter");
                        }
                    }))
                    .toList();
            for (Future<?> one : all) {
                one.get();
            }
        }
        for (KeyedStore<String, String> store : stores) {
            assertThat(store.ask("counter").orElseThrow().value()).isEqualTo("300");
        }
    }

    @Test
    void aRollingRestartLosesNothingAndWritesGoOn() {
        startAll();
        int written = 0;
        for (int number = 0; number < 3; number++) {
            KeyedStore<String, String> other = store((number + 1) % 3);
            put(other, "k" + written++, "before");
            cluster.stop(number);
            retrying(other, "k" + written++, "during");
            cluster.start(number);
            cluster.awaitWritable();
            retrying(store(number), "k" + written++, "after");
        }
        for (int number = 0; number < 3; number++) {
            KeyedStore<String, String> store = store(number);
            int expected = written;
            soon(() -> assertThat(store.size()).isEqualTo(expected));
        }
    }

    @Test
    void afterTheLeaderIsKilledTheOthersGoOn() throws Exception {
        startAll();
        KeyedStore<String, String> other = store(1);
        Versioned<String> before = put(store(0), "a", "1");
        cluster.kill(0);
        retrying(other, "b", "2");
        assertThat(other.find("a")).contains(before);
        assertThat(cluster.node(1).status().writable()).isTrue();
        cluster.start(0);
        cluster.awaitWritable();
        KeyedStore<String, String> back = store(0);
        soon(() -> assertThat(back.size()).isEqualTo(2));
    }

    @Test
    void theMinorityRefusesAndTakesOverWhatTheMajorityDecided() throws Exception {
        startAll();
        KeyedStore<String, String> cutOff = store(0);
        KeyedStore<String, String> rest = store(1);
        Versioned<String> first = put(cutOff, "a", "1");
        Versioned<String> gone = put(cutOff, "gone", "1");
        soon(() -> assertThat(rest.size()).isEqualTo(2));
        List<Change<String, String>> told = Collections.synchronizedList(new ArrayList<>());
        var subscription = cutOff.subscribe(told::add);
        DISCARD discard = new DISCARD().discardAll(true);
        ((MeshChannel) cluster.node(0).node().transport())
                .channel()
                .getProtocolStack()
                .insertProtocol(discard, ProtocolStack.Position.ABOVE, TP.class);

        assertThatThrownBy(() -> cutOff.compareAndSet("a", first.version(), "x", null))
                .isInstanceOf(StoreUnavailableException.class);
        retrying(() -> rest.compareAndSet("a", first.version(), "2", null));
        Versioned<String> second = rest.find("a").orElseThrow();
        assertThat(second.value()).isEqualTo("2");
        assertThat(rest.remove("gone", gone.version())).isTrue();
        soon(() -> assertThatThrownBy(() -> cutOff.compareAndSet("a", first.version(), "x", null))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessage("mesh: this half has 1 of 3 control planes; writes need 2"));
        assertThat(cutOff.find("a")).contains(first);
        assertThat(told).isEmpty();

        discard.discardAll(false);
        MeshCluster.awaitWritable(cluster.node(0));
        soon(() -> assertThat(told)
                .containsExactlyInAnyOrder(new Change<>("a", second, false), new Change<>("gone", null, false)));
        assertThat(cutOff.list(null, 10)).isEqualTo(rest.list(null, 10));
        subscription.close();
        assertThat(cutOff.compareAndSet("a", second.version(), "3", null).written())
                .isTrue();
    }

    @Test
    void whatOperatorsConfiguredIsThereAgainAfterAllWereStopped() throws Exception {
        startAll();
        KeyedStore<String, String> settings = durable(0);
        Versioned<String> first = put(settings, "a", "1");
        put(settings, "removed", "1");
        put(store(0), "soft", "1");
        cluster.stop(2);
        retrying(() -> settings.compareAndSet("a", first.version(), "2", null));
        retrying(() -> {
            Versioned<String> there = settings.find("removed").orElseThrow();
            return settings.remove("removed", there.version());
        });
        cluster.stop(1);
        cluster.stop(0);

        cluster.start(2);
        assertThat(durable(2).find("a")).contains(first);
        cluster.start(1);
        cluster.awaitWritable();
        for (int number : List.of(1, 2)) {
            KeyedStore<String, String> back = durable(number);
            assertThat(back.ask("a").orElseThrow().value()).isEqualTo("2");
            assertThat(back.list(null, 10)).extracting(KeyedStore.Entry::key).containsExactly("a");
            assertThat(store(number).size()).isZero();
        }
        assertThat(put(durable(1), "removed", "again").version()).isGreaterThan(first.version());
    }

    @Test
    void whoHasAnotherTokenIsNotLetIn() {
        cluster.start(0);
        cluster.start(1);
        cluster.awaitWritable();
        MeshStores stranger = cluster.start(2, ClusterToken.of("another-0123456789abcdef-0123456789"));
        put(store(0), "a", "1");
        assertThat(stranger.status().why()).contains("1 of 3 control planes can be reached");
        assertThat(stranger.shared("s", String.class, String.class).find("a")).isEmpty();
    }

    @Test
    void manyTouchesAreHeardOfByWhoeverLeads() throws Exception {
        startAll();
        KeyedStore<String, String> store = store(2);
        int entries = 300;
        for (int i = 0; i < entries; i++) {
            store.compareAndSet("k" + i, Versioned.ABSENT, "v", Duration.ofSeconds(10));
        }
        for (int round = 0; round < 4; round++) {
            cluster.advance(Duration.ofSeconds(8));
            for (int i = 0; i < entries; i++) {
                assertThat(store.touch("k" + i, Duration.ofSeconds(10))).isTrue();
            }
            if (round == 1) {
                cluster.kill(0);
                eventually(() -> store.ask("k0"));
            }
        }
        cluster.settle();
        assertThat(store.size()).isEqualTo(entries);
        cluster.advance(Duration.ofSeconds(10));
        assertThat(store.size()).isZero();
    }

    private void startAll() {
        cluster.startAll();
    }

    private KeyedStore<String, String> store(int number) {
        return node(number).shared("s", String.class, String.class);
    }

    private KeyedStore<String, String> durable(int number) {
        return node(number).durable("settings", String.class, String.class);
    }

    private KeyedStores node(int number) {
        return cluster.isRunning(number) ? cluster.node(number) : cluster.start(number);
    }

    private static Versioned<String> put(KeyedStore<String, String> store, String key, String value) {
        var outcome = store.compareAndSet(key, Versioned.ABSENT, value, null);
        assertThat(outcome.written()).isTrue();
        return java.util.Objects.requireNonNull(outcome.current());
    }

    private static void retrying(KeyedStore<String, String> store, String key, String value) {
        retrying(() -> {
            store.compareAndSet(key, Versioned.ABSENT, value, null);
            return store.find(key).isPresent();
        });
    }

    private static void retrying(java.util.concurrent.Callable<?> write) {
        eventually(write);
    }

    /** Again and again while the store is away. */
    private static <T> T eventually(java.util.concurrent.Callable<T> work) {
        List<T> result = new ArrayList<>();
        soon(() -> result.add(work.call()));
        return result.getFirst();
    }

    private static void increment(KeyedStore<String, String> store, String key) {
        while (true) {
            Versioned<String> before = store.find(key).orElse(new Versioned<>("0", Versioned.ABSENT));
            String next = Integer.toString(Integer.parseInt(before.value()) + 1);
            if (store.compareAndSet(key, before.version(), next, null).written()) {
                return;
            }
        }
    }

    private static void soon(ThrowingRunnable check) {
        Awaitility.await()
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                .atMost(Duration.ofSeconds(15))
                .untilAsserted(check);
    }
}
