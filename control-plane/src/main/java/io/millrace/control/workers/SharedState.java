package io.millrace.control.workers;

import io.millrace.control.store.Versioned;
import java.time.Instant;

/** What was written to the store about a worker that reports here. Guarded by the worker's monitor, but for the version. */
final class SharedState {

    /** Readable without the monitor: the store's notices must not wait for a report. */
    private volatile long version = Versioned.ABSENT;

    private Instant writtenAt = Instant.EPOCH;
    private long outline;
    private boolean behind = true;

    /** The newest version that this control plane's word on the worker stands above or is. */
    long version() {
        return version;
    }

    void above(long older) {
        version = older;
        behind = true;
    }

    void written(long newVersion, long newOutline, Instant now) {
        version = newVersion;
        outline = newOutline;
        writtenAt = now;
        behind = false;
    }

    void behind() {
        behind = true;
    }

    /** Whether something was told that the store does not have. */
    boolean isBehind() {
        return behind;
    }

    Instant writtenAt() {
        return writtenAt;
    }

    long outline() {
        return outline;
    }
}
