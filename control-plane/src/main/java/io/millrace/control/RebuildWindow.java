package io.millrace.control;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The first moments of a control plane that found no state: workers enrol again and bring along what is live. Until
 * the window ends nothing is placed that might already exist, and no routing table is published.
 */
public final class RebuildWindow {

    private final InstantSource clock;
    private final Instant end;

    /** Begins now. */
    public RebuildWindow(InstantSource clock, Duration length) {
        this(clock, clock.instant().plus(length));
    }

    public RebuildWindow(InstantSource clock, Instant end) {
        this.clock = clock;
        this.end = end;
    }

    public boolean isOpen() {
        return clock.instant().isBefore(end);
    }

    public Instant end() {
        return end;
    }
}
