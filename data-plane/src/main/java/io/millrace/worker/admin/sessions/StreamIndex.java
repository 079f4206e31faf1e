package io.millrace.worker.admin.sessions;

import io.millrace.model.StreamKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The open sessions of each stream, so that ending those of one does not visit all others. Any thread. */
final class StreamIndex {

    /** The sets are touched in the map's own compute methods only, which one thread at a time runs for a key. */
    private final ConcurrentHashMap<StreamKey, Set<Session>> sessions = new ConcurrentHashMap<>();

    void add(Session session) {
        sessions.compute(session.stream(), (stream, before) -> {
            Set<Session> all = before == null ? new HashSet<>(2) : before;
            all.add(session);
            return all;
        });
    }

    void remove(Session session) {
        sessions.computeIfPresent(session.stream(), (stream, all) -> {
            all.remove(session);
            return all.isEmpty() ? null : all;
        });
    }

    /** A copy: sessions end while the caller walks over them. */
    List<Session> of(StreamKey stream) {
        List<Session> copy = new ArrayList<>();
        sessions.computeIfPresent(stream, (key, all) -> {
            copy.addAll(all);
            return all;
        });
        return copy;
    }

    int size() {
        return sessions.size();
    }
}
