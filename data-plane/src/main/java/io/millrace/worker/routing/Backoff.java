package io.millrace.worker.routing;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Exponential back-off with full jitter, so that many workers do not come back in step. One thread. */
public final class Backoff {

    private static final long BASE_MILLIS = 100;
    private static final long MIN_MILLIS = 20;
    private static final long MAX_MILLIS = 2_500;
    private static final int MAX_DOUBLINGS = 10;

    private final RandomGenerator random;
    private int failures;

    public Backoff(RandomGenerator random) {
        this.random = random;
    }

    public Duration next() {
        long ceiling = Math.min(MAX_MILLIS, BASE_MILLIS << Math.min(failures, MAX_DOUBLINGS));
        failures++;
        return Duration.ofMillis(MIN_MILLIS + random.nextLong(ceiling));
    }

    /** Whether the last attempt did not fail. */
    public boolean isCalm() {
        return failures == 0;
    }

    public void reset() {
        failures = 0;
    }
}
