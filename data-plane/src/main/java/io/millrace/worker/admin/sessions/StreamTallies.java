package io.millrace.worker.admin.sessions;

import io.millrace.model.Binding;
import io.millrace.model.Intent;
import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.StreamReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What this worker carries of each stream towards each origin. Byte totals outlive the sessions that made them; streams without
 * sessions are remembered up to a bound, so that names made up by strangers do not fill the memory.
 */
final class StreamTallies {

    private final int maxIdle;
    private final Map<Place, Tally> active = new HashMap<>();
    private final LinkedHashMap<Place, Tally> idle = new LinkedHashMap<>();

    StreamTallies(int maxIdle) {
        this.maxIdle = maxIdle;
    }

    private record Place(StreamKey stream, OriginId origin) {}

    /** Bytes that a session had moved when it came to its present place. */
    private record Start(long bytesIn, long bytesOut) {}

    private static final class Tally {
        private final Map<Session, Start> sessions = new HashMap<>();
        private long epoch;
        private long pastBytesIn;
        private long pastBytesOut;
    }

    synchronized void add(Session session, OriginId origin, long epoch) {
        Place place = new Place(session.stream(), origin);
        Tally tally = active.get(place);
        if (tally == null) {
            tally = idle.remove(place);
            tally = tally == null ? new Tally() : tally;
            active.put(place, tally);
        }
        tally.epoch = epoch;
        tally.sessions.put(session, new Start(session.bytesIn(), session.bytesOut()));
    }

    synchronized void remove(Session session, OriginId origin) {
        Place place = new Place(session.stream(), origin);
        Tally tally = active.get(place);
        Start start = tally == null ? null : tally.sessions.remove(session);
        if (tally == null || start == null) {
            return;
        }
        tally.pastBytesIn += session.bytesIn() - start.bytesIn();
        tally.pastBytesOut += session.bytesOut() - start.bytesOut();
        if (tally.sessions.isEmpty()) {
            active.remove(place);
            if (tally.epoch == Binding.UNCONFIRMED) {
                // It is not certain that the stream lives there: most likely it is not published.
                return;
            }
            idle.put(place, tally);
            if (idle.size() > maxIdle) {
                Iterator<Place> oldest = idle.keySet().iterator();
                oldest.next();
                oldest.remove();
            }
        }
    }

    synchronized List<StreamReport> reports() {
        List<StreamReport> reports = new ArrayList<>(active.size());
        active.forEach((place, tally) -> reports.add(report(place, tally)));
        return reports;
    }

    private static StreamReport report(Place place, Tally tally) {
        int publishers = 0;
        int viewers = 0;
        long bytesIn = tally.pastBytesIn;
        long bytesOut = tally.pastBytesOut;
        for (Map.Entry<Session, Start> entry : tally.sessions.entrySet()) {
            Session session = entry.getKey();
            if (session.intent() == Intent.PUBLISH) {
                publishers++;
            } else {
                viewers++;
            }
            bytesIn += session.bytesIn() - entry.getValue().bytesIn();
            bytesOut += session.bytesOut() - entry.getValue().bytesOut();
        }
        return new StreamReport(place.stream(), place.origin(), tally.epoch, publishers, viewers, bytesIn, bytesOut);
    }
}
