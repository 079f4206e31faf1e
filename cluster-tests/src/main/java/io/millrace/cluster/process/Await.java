package io.millrace.cluster.process;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for a condition with a deadline. */
public final class Await {

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private Await() {}

    /**
     * @param what the condition, as it reads in the error
     * @param evidence called when the deadline has passed: what helps to see why
     */
    public static void until(Duration limit, String what, BooleanSupplier condition, Supplier<String> evidence) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "not within " + limit.toMillis() + " ms: " + what + "\n" + evidence.get());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    public static void until(Duration limit, String what, BooleanSupplier condition) {
        until(limit, what, condition, () -> "");
    }

    /** Lets time pass where the passing itself is the condition: a period in which something must not happen. */
    public static void pass(Duration period) {
        long end = System.nanoTime() + period.toNanos();
        for (long left = period.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
