package io.millrace.control.audit;

import io.millrace.control.time.SteadyClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Which attempts that changed nothing get an entry: some of each caller in a minute, and some of all callers together, so that no caller can
 * fill the store. Those without one are counted in the next entry of the same caller. Any thread.
 */
final class RepeatedAttempts {

    static final int PER_CALLER = 10;
    static final int IN_ALL = 60;

    private static final int MAX_CALLERS = 1_000;

    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final SteadyClock clock;

    /** When entries were made, and for whom; never more than {@link #IN_ALL}. */
    private final ArrayDeque<Admitted> recent = new ArrayDeque<>();

    private final Map<String, Caller> callers = new HashMap<>();

    private record Admitted(Instant at, String caller) {}

    private static final class Caller {
        private int entries;
        private int unrecorded;
    }

    RepeatedAttempts(SteadyClock clock) {
        this.clock = clock;
    }

    /** @return how many attempts of this caller had no entry since its last one; -1 if this one gets none either */
    synchronized int admit(String caller) {
        Instant now = clock.instant();
        while (!recent.isEmpty()
                && Duration.between(recent.getFirst().at(), now).compareTo(WINDOW) >= 0) {
            forget(recent.removeFirst().caller());
        }
        Caller known = callers.get(caller);
        if (recent.size() >= IN_ALL || (known != null && known.entries >= PER_CALLER)) {
            if (known != null) {
                known.unrecorded++;
            }
            return -1;
        }
        if (known == null) {
            known = new Caller();
            callers.put(caller, known);
        }
        recent.addLast(new Admitted(now, caller));
        known.entries++;
        int before = known.unrecorded;
        known.unrecorded = 0;
        return before;
    }

    private void forget(String caller) {
        Caller known = callers.get(caller);
        if (known != null && --known.entries == 0 && known.unrecorded == 0) {
            callers.remove(caller);
        }
        if (callers.size() > MAX_CALLERS) {
            callers.values().removeIf(quiet -> quiet.entries == 0);
        }
    }
}
