package io.millrace.control.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.control.time.MovableClock;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class LockChecksTest {

    private final LockChecks checks = new LockChecks();
    private final KeyedStore<String, String> store =
            checks.of(new MemoryKeyedStore<String, String>(new MovableClock()));

    private void write() {
        var _ = store.compareAndSet("key", Versioned.ABSENT, "value", null);
    }

    @Test
    void aCallWithoutALockGoesThrough() {
        write();
        assertThat(store.find("key")).isPresent();
        assertThat(checks.passed()).isEqualTo(1);
    }

    @Test
    void aMonitorIsFound() {
        synchronized (checks) {
            assertThat(store.find("key")).as("reads do not wait").isEmpty();
            assertThatThrownBy(this::write).hasMessageContaining("monitor");
        }
    }

    @Test
    void aLockIsFound() {
        ReentrantLock lock = new ReentrantLock();
        lock.lock();
        try {
            assertThatThrownBy(this::write).hasMessageContaining("lock is held");
        } finally {
            lock.unlock();
        }
    }
}
