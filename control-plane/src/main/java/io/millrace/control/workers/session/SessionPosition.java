package io.millrace.control.workers.session;

import java.util.Comparator;

/** Where a session stands in a listing: by its id, then, as ids are unique on one worker only, by its worker. */
public record SessionPosition(String session, String worker) implements Comparable<SessionPosition> {

    private static final Comparator<SessionPosition> ORDER =
            Comparator.comparing(SessionPosition::session).thenComparing(SessionPosition::worker);

    @Override
    public int compareTo(SessionPosition other) {
        return ORDER.compare(this, other);
    }
}
