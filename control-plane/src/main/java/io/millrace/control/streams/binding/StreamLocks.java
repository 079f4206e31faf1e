package io.millrace.control.streams.binding;

import io.millrace.model.StreamKey;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * One decision at a time for each stream in this process. The store's compare-and-set alone would not do: between two of its
 * writes a binding can be made and removed again, and then a late first write would succeed with an epoch that is too low.
 */
public final class StreamLocks {

    private static final int STRIPES = 256;

    private final ReentrantLock[] locks = new ReentrantLock[STRIPES];

    public StreamLocks() {
        for (int i = 0; i < STRIPES; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    public <T> T with(StreamKey stream, Supplier<T> work) {
        ReentrantLock lock = locks[Math.floorMod(stream.hashCode(), STRIPES)];
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
