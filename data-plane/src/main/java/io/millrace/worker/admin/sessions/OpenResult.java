package io.millrace.worker.admin.sessions;

/** What came of the wish to open a session. */
public sealed interface OpenResult {

    /** It is in the table; the caller must close it exactly when it ends. */
    record Opened(Session session) implements OpenResult {}

    /** It is not in the table and already counted and logged; the caller tells its client and closes the connection. */
    record Refused(CloseReason reason, String detail) implements OpenResult {}
}
