package io.millrace.control.store.memory;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Where versions come from. They are reserved in blocks beyond the process, so that none that was given is given again after a restart,
 * and no write of an entry waits for a disk. Any thread.
 */
final class Versions {

    /** At a thousand writes a second a block lasts for hours. */
    static final long BLOCK = 1L << 24;

    private final AtomicLong last;
    private final LongConsumer reserve;
    private volatile long reservedTo;

    /** Begins anew with each process. */
    static Versions after(long last) {
        return new Versions(last, upTo -> {});
    }

    /**
     * @param last the highest that may have been given before
     * @param reserve keeps a number beyond the process: the next run begins above it
     */
    Versions(long last, LongConsumer reserve) {
        this.last = new AtomicLong(last);
        this.reserve = reserve;
        this.reservedTo = last;
    }

    long next() {
        long next = last.incrementAndGet();
        if (next > reservedTo) {
            reserveFor(next);
        }
        return next;
    }

    /** Those that come are above this one. */
    void above(long floor) {
        last.accumulateAndGet(floor, Math::max);
    }

    /** The highest that was given. */
    long last() {
        return last.get();
    }

    private synchronized void reserveFor(long version) {
        if (version > reservedTo) {
            reserve.accept(version + BLOCK);
            reservedTo = version + BLOCK;
        }
    }
}
