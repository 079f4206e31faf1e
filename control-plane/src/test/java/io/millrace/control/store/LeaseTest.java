package io.millrace.control.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.control.time.MovableClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LeaseTest {

    private static final Duration LENGTH = Duration.ofSeconds(5);

    private final MovableClock clock = new MovableClock();
    private final AtomicLong nanos = new AtomicLong(TimeUnit.DAYS.toNanos(1));
    private final AtomicBoolean away = new AtomicBoolean();
    private final KeyedStore<String, Lease.Holder> store = new Breakable(new MemoryKeyedStore<>(clock));
    private final Lease one = lease("one");
    private final Lease other = lease("other");

    private Lease lease(String run) {
        return new Lease(store, "work", run, LENGTH, nanos::get);
    }

    private void pass(Duration time) {
        clock.advance(time);
        nanos.addAndGet(time.toNanos());
    }

    private void renewBoth() {
        one.renew();
        other.renew();
    }

    @Test
    void oneHoldsItAsLongAsItRenews() {
        for (int i = 0; i < 20; i++) {
            renewBoth();
            assertThat(one.isHeld()).isTrue();
            assertThat(other.isHeld()).isFalse();
            pass(LENGTH.dividedBy(3));
        }
    }

    @Test
    void anotherHasItAfterTheHolderDied() {
        one.renew();
        pass(LENGTH.minusMillis(1));
        other.renew();
        assertThat(other.isHeld()).isFalse();
        pass(Duration.ofMillis(1));
        other.renew();
        assertThat(other.isHeld()).isTrue();
        assertThat(one.isHeld()).isFalse();
        one.renew();
        assertThat(one.isHeld()).isFalse();
    }

    @Test
    void whoReleasesItMakesRoomAtOnce() {
        one.renew();
        other.release();
        assertThat(one.isHeld()).isTrue();
        one.release();
        assertThat(one.isHeld()).isFalse();
        other.renew();
        assertThat(other.isHeld()).isTrue();
    }

    @Test
    void aHolderWhoCannotReachTheStoreStopsBeforeAnotherMayBegin() {
        one.renew();
        away.set(true);
        pass(LENGTH.minusMillis(1));
        one.renew();
        assertThat(one.isHeld()).isTrue();
        pass(Duration.ofMillis(1));
        one.renew();
        assertThat(one.isHeld()).isFalse();
        away.set(false);
        other.renew();
        one.renew();
        assertThat(other.isHeld()).isTrue();
        assertThat(one.isHeld()).isFalse();
    }

    /** A store that can be made unavailable. */
    private final class Breakable implements KeyedStore<String, Lease.Holder> {
        private final KeyedStore<String, Lease.Holder> works;

        Breakable(KeyedStore<String, Lease.Holder> works) {
            this.works = works;
        }

        private void check() {
            if (away.get()) {
                throw new StoreUnavailableException("taken away by the test");
            }
        }

        @Override
        public Optional<Versioned<Lease.Holder>> find(String key) {
            return works.find(key);
        }

        @Override
        public Optional<Versioned<Lease.Holder>> ask(String key) {
            check();
            return works.ask(key);
        }

        @Override
        public Outcome<Lease.Holder> compareAndSet(
                String key, long expected, Lease.Holder next, @Nullable Duration timeToLive) {
            check();
            return works.compareAndSet(key, expected, next, timeToLive);
        }

        @Override
        public boolean remove(String key, long expected) {
            check();
            return works.remove(key, expected);
        }

        @Override
        public void versionsAbove(long floor) {
            works.versionsAbove(floor);
        }

        @Override
        public boolean touch(String key, Duration timeToLive) {
            return works.touch(key, timeToLive);
        }

        @Override
        public List<Entry<String, Lease.Holder>> list(@Nullable String after, int limit) {
            return works.list(after, limit);
        }

        @Override
        public int size() {
            return works.size();
        }

        @Override
        public Subscription subscribe(Consumer<Change<String, Lease.Holder>> listener) {
            return works.subscribe(listener);
        }
    }
}
