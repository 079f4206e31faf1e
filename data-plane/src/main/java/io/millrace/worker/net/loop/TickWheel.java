package io.millrace.worker.net.loop;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Members to be ticked at the same pace, in groups of about equal size of which one is ticked at each step: ten thousand sessions
 * that check their timeouts at once would hold up the media of all. One thread.
 */
final class TickWheel {

    private final List<Set<Ticking>> groups = new ArrayList<>();
    private final Map<Ticking, Set<Ticking>> groupOf = new HashMap<>();
    private int next;
    private int nextForNew;

    /** @param steps after so many steps every member has been ticked once */
    TickWheel(int steps) {
        for (int i = 0; i < steps; i++) {
            groups.add(new HashSet<>());
        }
    }

    void add(Ticking member) {
        if (!groupOf.containsKey(member)) {
            Set<Ticking> group = groups.get(nextForNew);
            nextForNew = (nextForNew + 1) % groups.size();
            groupOf.put(member, group);
            group.add(member);
        }
    }

    void remove(Ticking member) {
        Set<Ticking> group = groupOf.remove(member);
        if (group != null) {
            group.remove(member);
        }
    }

    /** Ticks the next group. A member may remove itself or others while it is ticked; a removed one is not ticked any more. */
    void step(long nowNanos) {
        Set<Ticking> group = groups.get(next);
        next = (next + 1) % groups.size();
        for (Ticking member : List.copyOf(group)) {
            if (group.contains(member)) {
                member.tick(nowNanos);
            }
        }
    }
}
