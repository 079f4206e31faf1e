package io.millrace.worker.admin.sessions;

/** The result of opening a session. */
public sealed interface OpenResult {

    /** It is in the table; the caller must close it exactly when it ends. */
    record Opened(Session session) implements OpenResult {}

    /** It is not in the table and already counted and logged; the caller answers its client and closes the connection. */
    record Refused(CloseReason reason, String detail) implements OpenResult {

        /** Whether it is this client that is not wanted, and not that there is no room. */
        public boolean isForbidden() {
            return reason == CloseReason.BANNED;
        }

        /** For the client. */
        public String explanation() {
            return isForbidden() ? "This is not allowed." : "This server takes no more sessions now: " + detail;
        }
    }
}
