package io.millrace.control.api.internalapi;

import io.millrace.control.errors.InvalidFieldException;
import io.millrace.model.Origin;
import io.millrace.model.wire.MediaRoute;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.ResolveRequest;
import io.millrace.model.wire.SessionReport;
import io.millrace.model.wire.StreamReport;
import io.millrace.model.wire.TableAck;
import io.millrace.model.wire.WorkerHello;
import io.millrace.model.wire.WorkerReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a message lacks. JSON leaves out what it likes, whatever the records promise, so this runs before anything else
 * touches a message.
 */
final class WireChecks {

    private static final int MAX_NAME = 256;

    private WireChecks() {}

    static WorkerHello checked(String worker, @Nullable WorkerHello hello) {
        WorkerHello sent = present("the body", hello);
        name("worker", sent.worker());
        if (!sent.worker().equals(worker)) {
            throw new InvalidFieldException(
                    "worker", "worker is '" + sent.worker() + "', but the path names '" + worker + "'");
        }
        name("instance", sent.instance());
        present("version", sent.version());
        present("zone", sent.zone());
        present("startedAt", sent.startedAt());
        present("management", sent.management());
        for (int i = 0; i < sent.knownOrigins().size(); i++) {
            check("knownOrigins[" + i + "]", sent.knownOrigins().get(i));
        }
        streams(sent.streams());
        sessions("sessions", sent.sessions());
        return sent;
    }

    static WorkerReport checked(@Nullable WorkerReport report) {
        WorkerReport sent = present("the body", report);
        name("instance", sent.instance());
        streams(sent.streams());
        sessions("opened", sent.opened());
        observations("observations", sent.observations());
        sent.use().forEach(use -> present("use.vhost", use.vhost()));
        return sent;
    }

    static TableAck checked(@Nullable TableAck ack) {
        TableAck sent = present("the body", ack);
        name("instance", sent.instance());
        present("version", sent.version());
        present("version", sent.version().epoch());
        return sent.problem() == null ? new TableAck(sent.instance(), sent.version(), "") : sent;
    }

    static MediaRoute checked(String key, @Nullable MediaRoute route) {
        MediaRoute sent = present("the body", route);
        name("key", sent.key());
        if (!sent.key().equals(key)) {
            throw new InvalidFieldException("key", "key is '" + sent.key() + "', but the path names '" + key + "'");
        }
        present("origin", sent.origin());
        present("endpoint", sent.endpoint());
        present("stream", sent.stream());
        present("intent", sent.intent());
        present("resource", sent.resource());
        return sent;
    }

    static ResolveRequest checked(@Nullable ResolveRequest request) {
        ResolveRequest sent = present("the body", request);
        name("worker", sent.worker());
        present("stream", sent.stream());
        present("intent", sent.intent());
        present("protocol", sent.protocol());
        observations("failed", sent.failed());
        if (sent.avoid().size() > ResolveRequest.MAX_AVOID) {
            throw new InvalidFieldException(
                    "avoid", "avoid lists " + sent.avoid().size() + " origins; at most " + ResolveRequest.MAX_AVOID);
        }
        if (sent.slow() != null) {
            observation("slow", sent.slow());
        }
        if (sent.claim() != null) {
            present("claim.origin", sent.claim().origin());
        }
        return sent;
    }

    private static void check(String field, Origin origin) {
        present(field + ".id", origin.id());
        present(field + ".server", origin.server());
        present(field + ".ip", origin.ip());
        present(field + ".incarnation", origin.incarnation());
        present(field + ".kind", origin.kind());
        present(field + ".zone", origin.zone());
        present(field + ".state", origin.state());
        present(field + ".admission", origin.admission());
    }

    private static void streams(List<StreamReport> streams) {
        for (int i = 0; i < streams.size(); i++) {
            presentIn(i, "stream", streams.get(i).stream());
            presentIn(i, "origin", streams.get(i).origin());
        }
    }

    /** Puts the name of a field together only for one that is missing: there are many streams in every report. */
    private static void presentIn(int stream, String part, @Nullable Object value) {
        if (value == null) {
            throw missing("streams[" + stream + "]." + part);
        }
    }

    private static void sessions(String list, List<SessionReport> sessions) {
        for (int i = 0; i < sessions.size(); i++) {
            SessionReport session = sessions.get(i);
            String field = list + "[" + i + "]";
            name(field + ".id", session.id());
            present(field + ".protocol", session.protocol());
            present(field + ".intent", session.intent());
            present(field + ".stream", session.stream());
            present(field + ".origin", session.origin());
            present(field + ".clientAddress", session.clientAddress());
            present(field + ".startedAt", session.startedAt());
        }
    }

    private static void observations(String list, List<OriginObservation> observations) {
        for (int i = 0; i < observations.size(); i++) {
            observation(list + "[" + i + "]", observations.get(i));
        }
    }

    private static void observation(String field, OriginObservation observation) {
        present(field + ".origin", observation.origin());
        present(field + ".incarnation", observation.incarnation());
        present(field + ".failure", observation.failure());
        present(field + ".detail", observation.detail());
        present(field + ".at", observation.at());
    }

    private static void name(String field, @Nullable String value) {
        String sent = present(field, value);
        if (sent.isBlank() || sent.length() > MAX_NAME || sent.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidFieldException(
                    field, field + " is blank, has control characters or is longer than " + MAX_NAME + " characters");
        }
    }

    private static <T> T present(String field, @Nullable T value) {
        if (value == null) {
            throw missing(field);
        }
        return value;
    }

    private static InvalidFieldException missing(String field) {
        return new InvalidFieldException(field, field + " is missing");
    }
}
