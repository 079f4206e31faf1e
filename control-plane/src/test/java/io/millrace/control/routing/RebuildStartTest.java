package io.millrace.control.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.routing.RebuildStart.Stay;
import io.millrace.control.start.RebuildWindow;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.StoreUnavailableException;
import io.millrace.control.store.Versioned;
import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.control.time.MovableClock;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RebuildStartTest {

    private static final Duration LENGTH = Duration.ofSeconds(5);

    private final MovableClock clock = new MovableClock();
    private final MemoryKeyedStore<String, Stay> store = new MemoryKeyedStore<>(clock);
    private String since = "";
    private boolean away;

    private RebuildWindow start(boolean isNew) {
        return new RebuildStart(keptSince(), isNew, clock, LENGTH).window();
    }

    /** The store, with a say of the test in how long somebody has kept it. */
    @SuppressWarnings("unchecked")
    private KeyedStore<String, Stay> keptSince() {
        return (KeyedStore<String, Stay>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {KeyedStore.class}, (p, m, args) -> {
                    if (away) {
                        throw new StoreUnavailableException("taken away by the test");
                    }
                    if (m.getName().equals("keptSince")) {
                        return since;
                    }
                    try {
                        return m.invoke(store, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void passes(Duration time) {
        clock.advance(time);
        store.sweep();
    }

    @Test
    void placesAtOnceWhereNothingWasBefore() {
        assertThat(start(true).isOpen()).isFalse();
        assertThat(start(true).remaining()).isZero();
    }

    @Test
    void aWorkerThatKnowsOfAFormerRunOpensTheWindowForTheRest() {
        RebuildWindow window = start(true);
        passes(Duration.ofSeconds(2));
        window.found("a worker has streams");
        assertThat(window.isOpen()).isTrue();
        assertThat(window.remaining()).isEqualTo(Duration.ofSeconds(3));
        passes(Duration.ofSeconds(3));
        assertThat(window.isOpen()).isFalse();
        window.found("too late");
        assertThat(window.isOpen()).isFalse();
    }

    @Test
    void waitsWhereThereWasSomethingBefore() {
        RebuildWindow window = start(false);
        assertThat(window.isOpen()).isTrue();
        clock.set(Duration.ofMinutes(1));
        clock.set(Duration.ofMinutes(-2));
        assertThat(window.isOpen()).isTrue();
        passes(LENGTH);
        assertThat(window.isOpen()).isFalse();
    }

    @Test
    void waitsWhileTheStoreIsAway() {
        away = true;
        assertThat(start(true).isOpen()).isTrue();
    }

    @Test
    void whoComesToOthersWaitsAsLongAsThey() {
        RebuildWindow first = start(false);
        passes(Duration.ofSeconds(2));
        RebuildWindow second = start(false);
        assertThat(second.isOpen()).isTrue();
        passes(Duration.ofSeconds(3));
        assertThat(first.isOpen()).isFalse();
        assertThat(second.isOpen()).isFalse();
        assertThat(start(false).isOpen()).isFalse();
    }

    @Test
    void opensAgainWhenNoOtherWasAlive() {
        start(false);
        passes(Duration.ofMinutes(10));
        assertThat(start(false).isOpen()).as("another one is there").isFalse();
        since = "1764000000000000";
        RebuildWindow window = start(false);
        assertThat(window.isOpen()).isTrue();
        assertThat(start(false).isOpen()).as("whoever comes just after it").isTrue();
        passes(LENGTH);
        assertThat(window.isOpen()).isFalse();
        assertThat(start(false).isOpen()).isFalse();
        assertThat(store.find("begin").map(Versioned::value)).contains(new Stay(since));
    }
}
