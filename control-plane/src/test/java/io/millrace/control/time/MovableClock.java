package io.millrace.control.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until a test moves it. */
public final class MovableClock implements SteadyClock {

    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private volatile Duration set = Duration.ZERO;
    private final AtomicLong pauses = new AtomicLong();

    @Override
    public Instant instant() {
        return now;
    }

    public void advance(Duration by) {
        now = now.plus(by);
    }

    /** Somebody sets the clock of the machine; no time passes. */
    public void set(Duration by) {
        set = set.plus(by);
    }

    /** The process is stopped and goes on; no time passes in which it could have done anything. */
    public void pause() {
        pauses.incrementAndGet();
    }

    @Override
    public Instant shown(Instant moment) {
        return moment.plus(set);
    }

    @Override
    public long pauses() {
        return pauses.get();
    }

    public InstantSource timeOfDay() {
        return () -> shown(now);
    }
}
