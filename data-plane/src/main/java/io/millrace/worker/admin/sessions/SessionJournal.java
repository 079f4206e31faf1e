package io.millrace.worker.admin.sessions;

import io.millrace.model.wire.SessionReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which sessions opened and closed since the control plane last confirmed a report. Bounded: when nothing is confirmed for long, it
 * forgets all and reports that, and the worker enrols again with its whole list instead.
 */
public final class SessionJournal {

    private final int capacity;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private long sequence;
    private long takenUpTo;
    private boolean overflowed;

    SessionJournal(int capacity) {
        this.capacity = capacity;
    }

    /**
     * @param opened null for a session that closed
     * @param news whether the control plane cannot know the session from before this entry
     */
    private record Entry(long sequence, @Nullable SessionReport opened, boolean news) {}

    /**
     * The changes that are not confirmed yet.
     *
     * @param upTo hand this to {@link #confirmed} once the control plane has answered
     * @param overflowed changes were lost; only the whole list of sessions helps
     */
    public record Changes(List<SessionReport> opened, List<String> closed, long upTo, boolean overflowed) {

        public Changes {
            opened = List.copyOf(opened);
            closed = List.copyOf(closed);
        }
    }

    /** @param first false when the session went on to another origin */
    synchronized void opened(SessionReport report, boolean first) {
        put(report.id(), report, first);
    }

    synchronized void closed(String session) {
        Entry entry = entries.get(session);
        if (entry != null && entry.news() && entry.sequence() > takenUpTo) {
            entries.remove(session);
            return;
        }
        put(session, null, false);
    }

    private void put(String session, @Nullable SessionReport opened, boolean news) {
        if (overflowed) {
            return;
        }
        entries.remove(session);
        if (entries.size() >= capacity) {
            overflowed = true;
            entries.clear();
            return;
        }
        entries.put(session, new Entry(++sequence, opened, news));
    }

    /** What to report next; stays here until it is confirmed. */
    public synchronized Changes take() {
        List<SessionReport> opened = new ArrayList<>();
        List<String> closed = new ArrayList<>();
        entries.forEach((session, entry) -> {
            if (entry.opened() == null) {
                closed.add(session);
            } else {
                opened.add(entry.opened());
            }
        });
        takenUpTo = sequence;
        return new Changes(opened, closed, sequence, overflowed);
    }

    /** The control plane has confirmed all up to there. */
    public synchronized void confirmed(long upTo) {
        entries.values().removeIf(entry -> entry.sequence() <= upTo);
    }

    /** The caller is about to report all sessions; what happened before is part of that list. */
    public synchronized void startOver() {
        entries.clear();
        overflowed = false;
        takenUpTo = sequence;
    }
}
