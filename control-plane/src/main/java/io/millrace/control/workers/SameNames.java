package io.millrace.control.workers;

import io.millrace.model.wire.StreamReport;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the names of streams and origins from one report of a worker to the next. They are most of what a report leaves in memory, a
 * worker tells of its streams in the same order each time, and what lives for one report only is copied by the garbage collector
 * again and again.
 */
final class SameNames {

    private SameNames() {}

    /** The newer reports, with the objects of the older ones where they say the same at the same place. */
    static List<StreamReport> kept(List<StreamReport> older, List<StreamReport> newer) {
        List<StreamReport> kept = new ArrayList<>(newer.size());
        for (int i = 0; i < newer.size(); i++) {
            StreamReport next = newer.get(i);
            kept.add(i < older.size() ? kept(older.get(i), next) : next);
        }
        return List.copyOf(kept);
    }

    private static StreamReport kept(StreamReport older, StreamReport newer) {
        if (!older.stream().equals(newer.stream()) || !older.origin().equals(newer.origin())) {
            return newer;
        }
        return new StreamReport(
                older.stream(),
                older.origin(),
                newer.epoch(),
                newer.publishers(),
                newer.viewers(),
                newer.bytesIn(),
                newer.bytesOut());
    }
}
