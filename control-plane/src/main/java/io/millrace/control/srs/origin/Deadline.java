package io.millrace.control.srs.origin;

import java.time.Duration;
import java.util.function.LongSupplier;

/** The moment until which an answer is waited for. */
public final class Deadline {

    private final Duration whole;
    private final LongSupplier nanoTime;
    private final long end;

    public Deadline(Duration whole, LongSupplier nanoTime) {
        this.whole = whole;
        this.nanoTime = nanoTime;
        this.end = nanoTime.getAsLong() + whole.toNanos();
    }

    public static Deadline in(Duration whole) {
        return new Deadline(whole, System::nanoTime);
    }

    /** Zero once it has passed. */
    public Duration left() {
        return Duration.ofNanos(Math.max(0, end - nanoTime.getAsLong()));
    }

    public String missed() {
        return "no answer within " + whole.toMillis() + " ms";
    }
}
