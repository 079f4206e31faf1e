package io.millrace.control.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.control.store.KeyedStore.Change;
import io.millrace.control.time.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every implementation of {@link KeyedStore} must do; an implementation's test only opens it. */
public abstract class KeyedStoreContract {

    private static final Duration SHORT = Duration.ofSeconds(10);

    protected final MovableClock clock = new MovableClock();

    /** A new, empty store. */
    protected abstract KeyedStore<String, String> open() throws Exception;

    /** The same store as another control plane has it; one that only one process can use gives itself. */
    protected abstract KeyedStore<String, String> another(KeyedStore<String, String> store) throws Exception;

    /** Moves time on, until all who have opened the store have seen it. What was touched before counts. */
    protected abstract void advance(KeyedStore<String, String> store, Duration by);

    @Test
    void findsWhatWasWritten() throws Exception {
        KeyedStore<String, String> store = open();
        assertThat(store.find("a")).isEmpty();
        Versioned<String> stored = put(store, "a", "1", null);
        assertThat(stored.version()).isPositive();
        assertThat(store.find("a")).contains(stored);
        assertThat(store.size()).isEqualTo(1);
    }

    @Test
    void refusesAWriteThatExpectsAnotherVersionAndSaysWhatIsThere() throws Exception {
        KeyedStore<String, String> store = open();
        Versioned<String> first = put(store, "a", "1", null);
        assertThat(store.compareAndSet("a", Versioned.ABSENT, "2", null))
                .isEqualTo(new KeyedStore.Outcome<>(false, first));
        assertThat(store.compareAndSet("a", first.version() + 1, "2", null).written())
                .isFalse();
        assertThat(store.compareAndSet("b", 7, "2", null)).isEqualTo(new KeyedStore.Outcome<>(false, null));
        assertThat(store.compareAndSet("a", first.version(), "2", null).written())
                .isTrue();
        assertThat(store.find("a").orElseThrow().value()).isEqualTo("2");
    }

    @Test
    void removesOnlyTheExpectedVersion() throws Exception {
        KeyedStore<String, String> store = open();
        Versioned<String> first = put(store, "a", "1", null);
        assertThat(store.remove("a", first.version() + 1)).isFalse();
        assertThat(store.remove("a", first.version())).isTrue();
        assertThat(store.remove("a", first.version())).isFalse();
        assertThat(store.remove("a", Versioned.ABSENT)).isFalse();
        assertThat(store.size()).isZero();
    }

    @Test
    void neverGivesAVersionTwiceToAKey() throws Exception {
        KeyedStore<String, String> store = open();
        long last = put(store, "a", "1", null).version();
        assertThat(store.remove("a", last)).isTrue();
        long afterRemoval = put(store, "a", "2", SHORT).version();
        assertThat(afterRemoval).isGreaterThan(last);
        advance(store, SHORT);
        assertThat(put(store, "a", "3", null).version()).isGreaterThan(afterRemoval);
    }

    @Test
    void givesVersionsAboveWhatSomebodyKnowsOf() throws Exception {
        KeyedStore<String, String> store = open();
        long floor = put(store, "a", "1", null).version() + 1_000_000_000_000L;
        store.versionsAbove(floor);
        long above = put(store, "b", "2", null).version();
        assertThat(above).isGreaterThan(floor);
        KeyedStore<String, String> other = another(store);
        assertThat(put(other, "c", "3", null).version()).isGreaterThan(above);
        store.versionsAbove(1);
        assertThat(put(store, "d", "4", null).version()).isGreaterThan(above);
        Awaitility.await()
                .untilAsserted(() -> assertThat(other.list(null, 9))
                        .extracting(KeyedStore.Entry::key)
                        .containsExactly("a", "b", "c", "d"));
    }

    @Test
    void forgetsWhatNobodyTouches() throws Exception {
        KeyedStore<String, String> store = open();
        long version = put(store, "a", "1", SHORT).version();
        put(store, "for good", "2", null);
        advance(store, SHORT.minusMillis(1));
        assertThat(store.find("a")).isPresent();
        assertThat(store.touch("a", SHORT)).isTrue();
        advance(store, SHORT.minusMillis(1));
        assertThat(store.find("a").orElseThrow().version()).isEqualTo(version);
        advance(store, Duration.ofMillis(1));
        assertThat(store.find("a")).isEmpty();
        assertThat(store.touch("a", SHORT)).isFalse();
        assertThat(store.remove("a", version)).isFalse();
        assertThat(store.compareAndSet("a", version, "2", null).written()).isFalse();
        assertThat(store.list(null, 10)).extracting(KeyedStore.Entry::key).containsExactly("for good");
        assertThat(store.size()).isEqualTo(1);
    }

    @Test
    void touchMayShortenTheTimeToLive() throws Exception {
        KeyedStore<String, String> store = open();
        put(store, "a", "1", SHORT.multipliedBy(10));
        assertThat(store.touch("a", SHORT)).isTrue();
        advance(store, SHORT);
        assertThat(store.find("a")).isEmpty();
    }

    @Test
    void aWriteReplacesTheTimeToLive() throws Exception {
        KeyedStore<String, String> store = open();
        long version = put(store, "a", "1", SHORT).version();
        assertThat(store.compareAndSet("a", version, "2", null).written()).isTrue();
        advance(store, SHORT.multipliedBy(2));
        assertThat(store.find("a")).isPresent();
    }

    @Test
    void listsInKeyOrderAndContinues() throws Exception {
        KeyedStore<String, String> store = open();
        for (String key : List.of("d", "a", "c", "b", "e")) {
            put(store, key, key, null);
        }
        assertThat(store.list(null, 2)).extracting(KeyedStore.Entry::key).containsExactly("a", "b");
        assertThat(store.list("b", 2)).extracting(KeyedStore.Entry::key).containsExactly("c", "d");
        assertThat(store.list("bb", 9)).extracting(KeyedStore.Entry::key).containsExactly("c", "d", "e");
        assertThat(store.list("e", 2)).isEmpty();
        assertThatThrownBy(() -> store.list(null, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesATimeToLiveThatIsNone() throws Exception {
        KeyedStore<String, String> store = open();
        assertThatThrownBy(() -> store.compareAndSet("a", Versioned.ABSENT, "1", Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.touch("a", Duration.ofSeconds(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tellsOfEveryChangeOnceAndOfNothingElse() throws Exception {
        KeyedStore<String, String> store = open();
        List<Change<String, String>> seen = java.util.Collections.synchronizedList(new ArrayList<>());
        KeyedStore.Subscription subscription = store.subscribe(seen::add);
        Versioned<String> one = put(store, "a", "1", SHORT);
        store.compareAndSet("a", one.version() + 5, "x", null);
        store.touch("a", SHORT);
        advance(store, SHORT);
        Versioned<String> two = put(store, "a", "2", null);
        store.remove("a", two.version());
        Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> seen.size() >= 4);
        subscription.close();
        put(store, "a", "3", null);
        assertThat(seen)
                .containsExactly(
                        new Change<>("a", one, false),
                        new Change<>("a", null, true),
                        new Change<>("a", two, false),
                        new Change<>("a", null, false));
    }

    @Test
    void aListenerMayUseTheStoreAndMayFail() throws Exception {
        KeyedStore<String, String> store = open();
        List<String> seen = java.util.Collections.synchronizedList(new ArrayList<>());
        var failing = store.subscribe(change -> {
            throw new IllegalStateException("on purpose");
        });
        var using = store.subscribe(change -> {
            if (change.key().equals("a")) {
                put(store, "b", "from the listener", null);
            }
        });
        var watching = store.subscribe(change -> seen.add(change.key()));
        put(store, "a", "1", null);
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(seen).containsExactly("a", "b"));
        failing.close();
        using.close();
        watching.close();
    }

    @Test
    void losesNoIncrementOfManyThreads() throws Exception {
        KeyedStore<String, String> store = open();
        int threads = 8;
        int increments = 50;
        Map<String, Long> lastSeen = new ConcurrentHashMap<>();
        List<String> outOfOrder = java.util.Collections.synchronizedList(new ArrayList<>());
        var subscription = store.subscribe(change -> {
            long version = change.current() == null ? -1 : change.current().version();
            Long before = lastSeen.put(change.key(), version);
            if (before != null && before >= version) {
                outOfOrder.add(before + " before " + version);
            }
        });
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<? extends Future<?>> all = IntStream.range(0, threads)
                    .mapToObj(i -> pool.submit(() -> {
                        for (int n = 0; n < increments; n++) {
                            increment(store, "counter");
                            increment(store, "own " + i);
                        }
                    }))
                    .toList();
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertThat(store.find("counter").orElseThrow().value()).isEqualTo(Integer.toString(threads * increments));
        assertThat(store.find("own 0").orElseThrow().value()).isEqualTo(Integer.toString(increments));
        long newest = store.find("counter").orElseThrow().version();
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(lastSeen).containsEntry("counter", newest));
        assertThat(outOfOrder).isEmpty();
        subscription.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void behavesLikeAMapWithVersionsAndDeadlines(long seed) throws Exception {
        KeyedStore<String, String> store = open();
        Map<String, Versioned<String>> mirror = new HashMap<>();
        var subscription = store.subscribe(change -> {
            if (change.current() == null) {
                mirror.remove(change.key());
            } else {
                mirror.put(change.key(), change.current());
            }
        });
        Model model = new Model(clock.instant());
        Random random = new Random(seed);
        for (int step = 0; step < 400; step++) {
            String key = "k" + random.nextInt(5);
            Versioned<String> expected = model.find(key);
            long version = random.nextInt(4) == 0 ? random.nextInt(20) : expected == null ? 0 : expected.version();
            Duration timeToLive = random.nextBoolean() ? null : Duration.ofSeconds(1 + random.nextInt(20));
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    KeyedStore.Outcome<String> outcome = store.compareAndSet(key, version, "v" + step, timeToLive);
                    assertThat(outcome.written()).isEqualTo(version == (expected == null ? 0 : expected.version()));
                    if (outcome.written()) {
                        model.put(key, outcome.current(), timeToLive);
                    } else {
                        assertThat(outcome.current()).isEqualTo(expected);
                    }
                }
                case 2 -> {
                    boolean removed = store.remove(key, version);
                    assertThat(removed).isEqualTo(expected != null && expected.version() == version);
                    if (removed) {
                        model.remove(key);
                    }
                }
                case 3 -> {
                    Duration anew = Duration.ofSeconds(1 + random.nextInt(20));
                    assertThat(store.touch(key, anew)).isEqualTo(expected != null);
                    if (expected != null) {
                        model.put(key, expected, anew);
                    }
                }
                default -> {
                    Duration by = Duration.ofSeconds(random.nextInt(6));
                    advance(store, by);
                    model.now = model.now.plus(by);
                }
            }
            assertThat(store.list(null, 100)).isEqualTo(model.list());
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(mirror.keySet())
                        .containsExactlyInAnyOrderElementsOf(
                                model.list().stream().map(KeyedStore.Entry::key).toList()));
        subscription.close();
    }

    @Test
    void whatOneWritesTheOtherSeesAndIsTold() throws Exception {
        KeyedStore<String, String> here = open();
        KeyedStore<String, String> there = another(here);
        List<Change<String, String>> told = java.util.Collections.synchronizedList(new ArrayList<>());
        var subscription = there.subscribe(told::add);
        Versioned<String> first = put(here, "a", "1", null);
        soon(() -> assertThat(there.find("a")).contains(first));
        Versioned<String> second = requireWritten(here.compareAndSet("a", first.version(), "2", null));
        assertThat(here.remove("a", second.version())).isTrue();
        soon(() -> assertThat(there.list(null, 10)).isEmpty());
        assertThat(there.size()).isZero();
        soon(() -> assertThat(told)
                .containsExactly(
                        new Change<>("a", first, false),
                        new Change<>("a", second, false),
                        new Change<>("a", null, false)));
        subscription.close();
    }

    @Test
    void aWriterWhoLagsBehindIsRefusedAndBroughtUpToDate() throws Exception {
        KeyedStore<String, String> here = open();
        KeyedStore<String, String> there = another(here);
        for (int i = 0; i < 50; i++) {
            String key = "k" + i;
            Versioned<String> first = put(here, key, "1", null);
            Versioned<String> second = requireWritten(here.compareAndSet(key, first.version(), "2", null));
            assertThat(there.compareAndSet(key, first.version(), "x", null))
                    .isEqualTo(new KeyedStore.Outcome<>(false, second));
            assertThat(there.find(key)).contains(second);
            assertThat(there.remove(key, first.version())).isFalse();
            assertThat(there.remove(key, second.version())).isTrue();
            assertThat(here.compareAndSet(key, second.version(), "y", null))
                    .isEqualTo(new KeyedStore.Outcome<>(false, null));
            assertThat(here.find(key)).isEmpty();
        }
    }

    @Test
    void whoAsksTheStoreItselfSeesWhatAnotherHasJustWritten() throws Exception {
        KeyedStore<String, String> here = open();
        KeyedStore<String, String> there = another(here);
        for (int i = 0; i < 50; i++) {
            Versioned<String> written = put(here, "k" + i, "v", null);
            assertThat(there.ask("k" + i)).contains(written);
            assertThat(there.find("k" + i)).contains(written);
        }
        assertThat(there.ask("nobody")).isEmpty();
    }

    @Test
    void ofTwoWhoMakeTheSameKeyAtOnceOneWinsAndTheOtherLearnsIt() throws Exception {
        KeyedStore<String, String> here = open();
        KeyedStore<String, String> there = another(here);
        try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < 100; i++) {
                String key = "race " + i;
                Future<KeyedStore.Outcome<String>> one =
                        pool.submit(() -> here.compareAndSet(key, Versioned.ABSENT, "here", null));
                Future<KeyedStore.Outcome<String>> other =
                        pool.submit(() -> there.compareAndSet(key, Versioned.ABSENT, "there", null));
                assertThat(List.of(one.get().written(), other.get().written())).containsExactlyInAnyOrder(true, false);
                assertThat(one.get().current()).isEqualTo(other.get().current());
                assertThat(here.find(key)).isEqualTo(there.find(key));
            }
        }
    }

    @Test
    void losesNoIncrementOfTwoControlPlanes() throws Exception {
        KeyedStore<String, String> here = open();
        KeyedStore<String, String> there = another(here);
        int increments = 100;
        try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
            List<? extends Future<?>> all = Stream.of(here, there, here, there)
                    .map(store -> pool.submit(() -> {
                        for (int n = 0; n < increments; n++) {
                            increment(store, "counter");
                        }
                    }))
                    .toList();
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertThat(here.ask("counter").orElseThrow().value()).isEqualTo(Integer.toString(4 * increments));
        assertThat(there.ask("counter")).isEqualTo(here.ask("counter"));
    }

    @Test
    void versionsGrowWhoeverWrites() throws Exception {
        KeyedStore<String, String> here = open();
        KeyedStore<String, String> there = another(here);
        long last = 0;
        for (int i = 0; i < 20; i++) {
            KeyedStore<String, String> store = i % 2 == 0 ? here : there;
            Versioned<String> written = put(store, "a", "" + i, null);
            assertThat(written.version()).isGreaterThan(last);
            last = written.version();
            assertThat(store.remove("a", last)).isTrue();
        }
    }

    @Test
    void whatOneTouchesLivesForAllAndWhatNobodyTouchesEndsForAll() throws Exception {
        KeyedStore<String, String> here = open();
        KeyedStore<String, String> there = another(here);
        List<Change<String, String>> told = java.util.Collections.synchronizedList(new ArrayList<>());
        put(here, "touched", "1", SHORT);
        put(here, "left", "2", SHORT);
        soon(() -> assertThat(there.size()).isEqualTo(2));
        var subscription = there.subscribe(told::add);
        advance(here, SHORT.dividedBy(2));
        assertThat(there.touch("touched", SHORT)).isTrue();
        advance(here, SHORT.dividedBy(2));
        soon(() -> assertThat(here.list(null, 10))
                .extracting(KeyedStore.Entry::key)
                .containsExactly("touched"));
        soon(() -> assertThat(there.list(null, 10))
                .extracting(KeyedStore.Entry::key)
                .containsExactly("touched"));
        assertThat(here.compareAndSet("left", 1, "x", null)).isEqualTo(new KeyedStore.Outcome<>(false, null));
        advance(here, SHORT);
        soon(() -> assertThat(told)
                .containsExactly(new Change<>("left", null, true), new Change<>("touched", null, true)));
        assertThat(here.size()).isZero();
        subscription.close();
    }

    @Test
    void tellsEveryoneTheChangesOfAKeyInTheirOrder() throws Exception {
        KeyedStore<String, String> here = open();
        KeyedStore<String, String> there = another(here);
        Map<String, Long> newest = new ConcurrentHashMap<>();
        List<String> outOfOrder = java.util.Collections.synchronizedList(new ArrayList<>());
        Map<String, KeyedStore<String, String>> stores = Map.of("here ", here, "there ", there);
        var subscriptions = stores.entrySet().stream()
                .map(named -> named.getValue().subscribe(change -> {
                    String who = named.getKey() + change.key();
                    long version = change.current() == null
                            ? Long.MAX_VALUE
                            : change.current().version();
                    Long before = newest.put(who, version);
                    if (before != null && before >= version) {
                        outOfOrder.add(who + " " + before + " before " + version);
                    }
                }))
                .toList();
        try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
            List<? extends Future<?>> all = Stream.of(here, there, here, there)
                    .map(store -> pool.submit(() -> {
                        for (int n = 0; n < 100; n++) {
                            increment(store, "k" + n % 3);
                        }
                    }))
                    .toList();
            for (Future<?> one : all) {
                one.get();
            }
        }
        for (int i = 0; i < 3; i++) {
            String key = "k" + i;
            long version = here.ask(key).orElseThrow().version();
            soon(() -> assertThat(newest).containsEntry("here " + key, version).containsEntry("there " + key, version));
        }
        assertThat(outOfOrder).isEmpty();
        subscriptions.forEach(KeyedStore.Subscription::close);
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "a b", "{x}", "ü/ñ/日本", "a\nb", "*?[a]", "__defaultVhost__/live/a:b"})
    void takesAnyKeyAndAnyValue(String key) throws Exception {
        KeyedStore<String, String> here = open();
        KeyedStore<String, String> there = another(here);
        String value = "ü\u0000{}\"\r\n".repeat(20_000);
        Versioned<String> written = put(here, key, value, SHORT);
        assertThat(there.ask(key)).contains(written);
        assertThat(there.ask(key).orElseThrow().value()).isEqualTo(value);
        soon(() -> assertThat(there.list(null, 10))
                .extracting(KeyedStore.Entry::key)
                .containsExactly(key));
        assertThat(there.touch(key, SHORT)).isTrue();
        assertThat(there.remove(key, written.version())).isTrue();
    }

    private static void soon(org.awaitility.core.ThrowingRunnable check) {
        Awaitility.await()
                .pollInSameThread()
                .pollInterval(Duration.ofMillis(5))
                .pollDelay(Duration.ZERO)
                .atMost(Duration.ofSeconds(5))
                .untilAsserted(check);
    }

    private static Versioned<String> requireWritten(KeyedStore.Outcome<String> outcome) {
        assertThat(outcome.written()).isTrue();
        return java.util.Objects.requireNonNull(outcome.current());
    }

    protected static Versioned<String> put(
            KeyedStore<String, String> store, String key, String value, @Nullable Duration timeToLive) {
        return requireWritten(store.compareAndSet(key, Versioned.ABSENT, value, timeToLive));
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

    /** The obvious way to do it. */
    private static final class Model {
        private record Held(
                Versioned<String> stored, @Nullable Instant until) {}

        private final TreeMap<String, Held> entries = new TreeMap<>();
        private Instant now;

        Model(Instant now) {
            this.now = now;
        }

        @Nullable
        Versioned<String> find(String key) {
            Held held = entries.get(key);
            return held == null || (held.until != null && !held.until.isAfter(now)) ? null : held.stored;
        }

        void put(String key, @Nullable Versioned<String> stored, @Nullable Duration timeToLive) {
            entries.put(
                    key,
                    new Held(
                            java.util.Objects.requireNonNull(stored),
                            timeToLive == null ? null : now.plus(timeToLive)));
        }

        void remove(String key) {
            entries.remove(key);
        }

        List<KeyedStore.Entry<String, String>> list() {
            List<KeyedStore.Entry<String, String>> list = new ArrayList<>();
            for (String key : entries.keySet()) {
                Versioned<String> stored = find(key);
                if (stored != null) {
                    list.add(new KeyedStore.Entry<>(key, stored));
                }
            }
            return list;
        }
    }
}
