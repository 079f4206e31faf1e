package io.millrace.control.workers.state;

import io.millrace.control.store.Versioned;
import java.time.Instant;

/** What was written to the store about a worker that reports here. Any thread. */
public final class SharedState {

    private long version = Versioned.ABSENT;

    private Instant writtenAt = Instant.EPOCH;
    private long written;
    private long newest;
    private boolean claimed;
    private boolean writing;

    /** The newest version in the store that this control plane has replaced or written. */
    public synchronized long version() {
        return version;
    }

    public synchronized void above(long older) {
        version = older;
        claimed = false;
    }

    /** Begins a write; false while another one is under way, after which there is news still. */
    public synchronized boolean begin() {
        boolean free = !writing;
        writing = true;
        return free;
    }

    public synchronized void end() {
        writing = false;
    }

    /** @param outline of what was written */
    public synchronized void written(long newVersion, long outline, Instant now) {
        version = newVersion;
        written = outline;
        claimed = true;
        writtenAt = now;
    }

    public synchronized void reported(long outline) {
        newest = outline;
    }

    public synchronized long newest() {
        return newest;
    }

    /** Whether the store does not know where the worker reports, or the worker reported more than other figures since. */
    public synchronized boolean hasNews() {
        return !claimed || newest != written;
    }

    public synchronized Instant writtenAt() {
        return writtenAt;
    }
}
