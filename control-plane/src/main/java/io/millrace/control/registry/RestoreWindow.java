package io.millrace.control.registry;

import io.millrace.model.OriginId;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/**
 * Which origins workers may bring back after a start: any that this process may not have heard of yet, but none that was taken
 * out since. Used under the registry's lock.
 */
final class RestoreWindow {

    /** Later all that live have beaten. */
    private final Instant end;

    private final Set<OriginId> removed = new HashSet<>();

    RestoreWindow(Instant end) {
        this.end = end;
    }

    boolean allows(OriginId id, Instant now) {
        return !now.isAfter(end) && !removed.contains(id);
    }

    void removed(OriginId id, Instant now) {
        if (now.isAfter(end)) {
            removed.clear();
        } else {
            removed.add(id);
        }
    }

    void registered(OriginId id) {
        removed.remove(id);
    }
}
