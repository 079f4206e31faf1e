package io.millrace.worker.net.loop;

import java.util.concurrent.atomic.AtomicInteger;

/** The share of a core that one event loop takes: measured once a second, and guessed for connections that came since. */
public final class LoopLoad {

    /** A viewer of 2.6 Mbit/s was measured to take 0.15 to 0.2 % of a core. */
    private static final double GUESS_PER_CONNECTION = 0.002;

    private final AtomicInteger newest = new AtomicInteger();
    private volatile int newer;
    private volatile double busy;

    /** A connection was given to the loop; any thread. */
    void expectOneMore() {
        newest.incrementAndGet();
    }

    /** What to reckon with, 1 being the whole core; any thread. */
    double expected() {
        return busy + (newest.get() + newer) * GUESS_PER_CONNECTION;
    }

    /** The loop was measured, once a second. What came in the second before is only in part in the measure. */
    void measured(double share) {
        newer = newest.getAndSet(0);
        busy = share;
    }

    /** As last measured; any thread. */
    public double busy() {
        return busy;
    }
}
