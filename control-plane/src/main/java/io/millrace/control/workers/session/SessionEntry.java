package io.millrace.control.workers.session;

import io.millrace.model.wire.SessionReport;

/** An open session and the worker that carries it. */
public record SessionEntry(String worker, SessionReport session) {

    public SessionPosition position() {
        return new SessionPosition(session.id(), worker);
    }
}
