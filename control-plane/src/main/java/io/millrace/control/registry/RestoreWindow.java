package io.millrace.control.registry;

import io.millrace.model.OriginId;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/**
 * Which origins workers may bring back after a start: any that may not have registered with this process yet, but none that was taken
 * out since. Any thread.
 */
final class RestoreWindow {

    /** Later all that run have beaten. */
    private final Instant end;

    private final Set<OriginId> removed = new HashSet<>();

    RestoreWindow(Instant end) {
        this.end = end;
    }

    synchronized boolean allows(OriginId id, Instant now) {
        return !now.isAfter(end) && !removed.contains(id);
    }

    synchronized void removed(OriginId id, Instant now) {
        if (now.isAfter(end)) {
            removed.clear();
        } else {
            removed.add(id);
        }
    }

    synchronized void registered(OriginId id) {
        removed.remove(id);
    }
}
