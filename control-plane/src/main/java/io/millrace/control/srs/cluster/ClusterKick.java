package io.millrace.control.srs.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.limits.Ration;
import io.millrace.control.peers.ClusterWorkers;
import io.millrace.control.peers.SilentPeerException;
import io.millrace.control.registry.Origins;
import io.millrace.control.srs.cluster.Envelope.Answer;
import io.millrace.control.srs.cluster.Gather.Missing;
import io.millrace.control.srs.cluster.Ids.Theirs;
import io.millrace.control.srs.origin.Deadline;
import io.millrace.control.srs.origin.OriginApi;
import io.millrace.control.srs.origin.OriginApiException;
import io.millrace.control.srs.origin.SrsApiSettings;
import io.millrace.control.workers.session.SessionEntry;
import java.util.List;
import java.util.Optional;

/** Ends a client where it is: at its origin or, if that has no API, at its worker. */
final class ClusterKick {

    private static final int BAD_GATEWAY = 502;
    private static final int UNAVAILABLE = 503;

    private final Origins origins;
    private final OriginApi api;
    private final WorkerRows rows;
    private final ClusterWorkers workers;
    private final SrsApiSettings settings;
    private final Envelope envelope;
    private final EventLog events;

    ClusterKick(
            Origins origins,
            OriginApi api,
            WorkerRows rows,
            ClusterWorkers workers,
            SrsApiSettings settings,
            Envelope envelope,
            EventLog events) {
        this.origins = origins;
        this.api = api;
        this.rows = rows;
        this.workers = workers;
        this.settings = settings;
        this.envelope = envelope;
        this.events = events;
    }

    Answer kick(String id, String actor) {
        Optional<Theirs> theirs = Ids.parse(id, origins.all())
                .filter(found -> OriginApi.endpoint(found.origin()).isPresent());
        if (theirs.isPresent()) {
            return atOrigin(theirs.get(), id, actor);
        }
        try {
            return rows.session(id)
                    .map(session -> atWorker(session, actor))
                    .orElseGet(() -> Envelope.code(Envelope.CLIENT_NOT_FOUND));
        } catch (SilentPeerException e) {
            return Envelope.failed(UNAVAILABLE, List.of());
        }
    }

    private Answer atOrigin(Theirs client, String id, String actor) {
        try (Ration ration = api.ration()) {
            ObjectNode answer = api.call(
                    client.origin(),
                    "DELETE",
                    "/api/v1/clients/" + client.id(),
                    Deadline.in(settings.deadline()),
                    ration);
            int code = answer.path("code").intValue();
            if (code != 0) {
                return Envelope.code(code);
            }
            events.record(
                    EventKind.SESSION_KICKED,
                    id,
                    actor,
                    "client " + client.id() + " of " + client.origin().displayName() + " ends");
            return done();
        } catch (OriginApiException e) {
            return Envelope.failed(BAD_GATEWAY, List.of(new Missing(client.origin(), e.why())));
        }
    }

    private Answer atWorker(SessionEntry entry, String actor) {
        return switch (workers.kick(entry.session().id(), entry.worker(), actor)) {
            case GIVEN -> done();
            case UNKNOWN, AMBIGUOUS -> Envelope.code(Envelope.CLIENT_NOT_FOUND);
            case QUEUE_FULL -> Envelope.failed(UNAVAILABLE, List.of());
        };
    }

    private Answer done() {
        return Envelope.close(envelope.open(), List.of());
    }
}
