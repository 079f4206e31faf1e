package io.millrace.worker.admin.sessions;

/** The result of opening a session. */
public sealed interface OpenResult {

    /** It is in the table; the caller must close it exactly when it ends. */
    record Opened(Session session) implements OpenResult {}

    /** It is not in the table and already counted and logged; the caller answers its client and closes the connection. */
    record Refused(CloseReason reason, String detail) implements OpenResult {}
}
