package io.millrace.control.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.KeyedStoreContract;
import io.millrace.control.time.AwakeClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class MemoryKeyedStoreTest extends KeyedStoreContract {

    @Override
    protected KeyedStore<String, String> open() {
        return new MemoryKeyedStore<>(clock);
    }

    @Override
    protected KeyedStore<String, String> another(KeyedStore<String, String> store) {
        return store;
    }

    @Override
    protected void advance(KeyedStore<String, String> store, Duration by) {
        clock.advance(by);
        ((MemoryKeyedStore<String, String>) store).sweep();
    }

    @Test
    void nothingExpiresBecauseTheClockIsSetOrTheProcessStoodStill() {
        AtomicReference<Instant> timeOfDay = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
        AtomicLong nanos = new AtomicLong();
        MemoryKeyedStore<String, String> store = new MemoryKeyedStore<>(new AwakeClock(timeOfDay::get, nanos::get));
        put(store, "a", "1", Duration.ofSeconds(5));
        timeOfDay.updateAndGet(now -> now.plusSeconds(60));
        store.sweep();
        assertThat(store.find("a")).isPresent();
        nanos.addAndGet(Duration.ofSeconds(30).toNanos());
        store.sweep();
        assertThat(store.find("a")).isPresent();
        timeOfDay.updateAndGet(now -> now.minusSeconds(120));
        store.sweep();
        assertThat(store.find("a")).isPresent();
    }

    @Test
    void versionsGoOnAfterARestartAndAreReservedBeforeTheyAreGiven() {
        List<Long> reserved = new ArrayList<>();
        Versions first = new Versions(0, reserved::add);
        var store = new MemoryKeyedStore<String, String>(clock, first);
        assertThat(reserved).isEmpty();
        long last = 0;
        for (int i = 0; i < 100; i++) {
            last = put(store, "k" + i, "v", null).version();
            assertThat(reserved.getLast()).isGreaterThanOrEqualTo(last);
        }
        assertThat(reserved).as("one write to disk for a hundred entries").hasSize(1);
        var restarted = new MemoryKeyedStore<String, String>(clock, new Versions(reserved.getLast(), reserved::add));
        assertThat(put(restarted, "k", "v", null).version()).isGreaterThan(last);
        assertThat(reserved).hasSize(2);
        restarted.versionsAbove(reserved.getLast() + 5);
        assertThat(put(restarted, "l", "v", null).version()).isEqualTo(reserved.get(1) + 6);
        assertThat(reserved.getLast()).isGreaterThan(reserved.get(1) + 6);
    }
}
