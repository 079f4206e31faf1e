package io.millrace.worker.admin;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Time that goes on only when a test says so. */
public final class TestClock implements InstantSource {

    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public Instant instant() {
        return now;
    }

    public void advance(Duration by) {
        now = now.plus(by);
    }
}
