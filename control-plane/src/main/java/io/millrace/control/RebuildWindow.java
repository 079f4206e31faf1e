package io.millrace.control;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The first moments of a control plane whose state was in memory only: workers enrol again and bring along what is live. Until
 * the window ends nothing is placed that might already exist, and no routing table is published.
 */
public final class RebuildWindow {

    private final InstantSource clock;
    private final Instant end;

    public RebuildWindow(InstantSource clock, Duration length) {
        this.clock = clock;
        this.end = clock.instant().plus(length);
    }

    public boolean isOpen() {
        return clock.instant().isBefore(end);
    }

    public Instant end() {
        return end;
    }
}
