package io.millrace.model.wire;

import io.millrace.model.Origin;
import io.millrace.model.Protocol;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A worker enrols: {@code PUT /internal/v1/workers/{worker}}. It brings along everything from which a control plane that lost
 * its memory can rebuild the truth.
 *
 * @param worker the worker's name, kept over restarts
 * @param instance one run of its process
 * @param listeners where it listens, per protocol, as {@code host:port}
 * @param management where its health, metrics and admin API are, as {@code host:port}
 * @param api the URL at which clients reach its HTTP API; empty when unknown
 * @param knownOrigins the origins of the table it has
 * @param streams what it carries right now
 * @param sessions every session that is open right now
 */
public record WorkerHello(
        String worker,
        String instance,
        String version,
        String zone,
        Instant startedAt,
        Map<Protocol, String> listeners,
        String management,
        String api,
        @Nullable String tableVersion,
        List<Origin> knownOrigins,
        List<StreamReport> streams,
        List<SessionReport> sessions) {

    public WorkerHello {
        api = api == null ? "" : api;
        listeners = listeners == null ? Map.of() : Map.copyOf(listeners);
        knownOrigins = knownOrigins == null ? List.of() : List.copyOf(knownOrigins);
        streams = streams == null ? List.of() : List.copyOf(streams);
        sessions = sessions == null ? List.of() : List.copyOf(sessions);
    }

    /** Its identity, without what it knows and carries. */
    public WorkerHello withoutBurden() {
        return new WorkerHello(
                worker,
                instance,
                version,
                zone,
                startedAt,
                listeners,
                management,
                api,
                tableVersion,
                List.of(),
                List.of(),
                List.of());
    }
}
