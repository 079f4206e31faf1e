package io.millrace.control.workers.session;

import io.millrace.model.Intent;
import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.SessionReport;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which sessions of a listing are wanted; what is null does not matter. One control plane sends it to another.
 *
 * @param streams sessions of others are not wanted
 * @param notOn origins whose sessions are not wanted
 */
public record SessionQuery(
        @Nullable SessionPosition after,
        @Nullable String session,
        @Nullable Set<StreamKey> streams,
        @Nullable String worker,
        @Nullable Intent intent,
        Set<OriginId> notOn,
        int limit) {

    /** The longest page of a listing, and one more. */
    public static final int MAX_LIMIT = 10_001;

    public SessionQuery {
        streams = streams == null ? null : Set.copyOf(streams);
        notOn = notOn == null ? Set.of() : Set.copyOf(notOn);
        limit = Math.clamp(limit, 1, MAX_LIMIT);
    }

    public boolean accepts(SessionEntry entry) {
        SessionReport candidate = entry.session();
        return (session == null || session.equals(candidate.id()))
                && (streams == null || streams.contains(candidate.stream()))
                && (worker == null || worker.equals(entry.worker()))
                && (intent == null || intent == candidate.intent())
                && !notOn.contains(candidate.origin());
    }
}
