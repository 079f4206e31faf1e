package io.millrace.control.workers.state;

import io.millrace.control.store.Versioned;
import java.time.Instant;

/** What was written to the store about a worker that reports here. Guarded by the worker's monitor, but for the version. */
public final class SharedState {

    /** Readable without the monitor: the store's notices must not wait for a report. */
    private volatile long version = Versioned.ABSENT;

    private Instant writtenAt = Instant.EPOCH;
    private long written;
    private long newest;
    private boolean claimed;

    /** The newest version that this control plane's word on the worker stands above or is. */
    public long version() {
        return version;
    }

    public void above(long older) {
        version = older;
        claimed = false;
    }

    /** The store has what the worker told. */
    public void written(long newVersion, Instant now) {
        version = newVersion;
        written = newest;
        claimed = true;
        writtenAt = now;
    }

    public void told(long outline) {
        newest = outline;
    }

    /** Whether the store does not know whose the worker is, or the worker has told of more than figures since. */
    public boolean hasNews() {
        return !claimed || newest != written;
    }

    public Instant writtenAt() {
        return writtenAt;
    }
}
