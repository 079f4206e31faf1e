package io.millrace.control.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * A {@link SteadyClock} over the machine's monotonic clock. {@link #beat} is called several times a second; between two beats no more than
 * {@link #LONGEST} ever passes, so a pause of the process (a stop signal, garbage collection, a machine that sleeps) is left out
 * for every reader, also for one that asks before the first beat after it. Any thread.
 */
public final class AwakeClock implements SteadyClock {

    /** Longer than a busy machine delays a beat. */
    static final Duration LONGEST = Duration.ofSeconds(1);

    private static final Logger LOG = Logger.getLogger(AwakeClock.class);

    private final InstantSource timeOfDay;
    private final LongSupplier nanoTime;
    private volatile Beat last;
    private volatile long pauses;
    private volatile Duration paused = Duration.ZERO;

    /** @param at this clock's moment at that reading of the monotonic clock */
    private record Beat(long nanos, Instant at) {}

    public AwakeClock(InstantSource timeOfDay, LongSupplier nanoTime) {
        this.timeOfDay = timeOfDay;
        this.nanoTime = nanoTime;
        this.last = new Beat(nanoTime.getAsLong(), timeOfDay.instant());
    }

    @Override
    public Instant instant() {
        Beat beat = last;
        return beat.at.plusNanos(Math.min(nanoTime.getAsLong() - beat.nanos, LONGEST.toNanos()));
    }

    /** To be called far more often than once in {@link #LONGEST}. */
    synchronized void beat() {
        Beat before = last;
        long now = nanoTime.getAsLong();
        long missing = now - before.nanos - LONGEST.toNanos();
        last = new Beat(now, before.at.plusNanos(Math.min(now - before.nanos, LONGEST.toNanos())));
        if (missing > 0) {
            Duration length = Duration.ofNanos(missing).plus(LONGEST);
            paused = paused.plus(length);
            pauses++;
            LOG.warnf("the process stood still millis=%d; that time counts for no timeout", length.toMillis());
        }
    }

    @Override
    public Instant shown(Instant moment) {
        return timeOfDay.instant().minus(Duration.between(moment, instant()));
    }

    @Override
    public long pauses() {
        return pauses;
    }

    /** How long all pauses were. */
    public Duration paused() {
        return paused;
    }
}
