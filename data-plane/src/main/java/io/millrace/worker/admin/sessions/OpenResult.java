package io.millrace.worker.admin.sessions;

/** The result of opening a session. */
public sealed interface OpenResult {

    /** It is in the table; the caller must close it exactly when it ends. */
    record Opened(Session session) implements OpenResult {}

    /** It is not in the table and already counted and logged; the caller answers its client and closes the connection. */
    record Refused(CloseReason reason, String detail) implements OpenResult, Permission {

        /** Whether it is this client that is not wanted, and not that there is no room. */
        public boolean isForbidden() {
            return reason == CloseReason.BANNED || reason == CloseReason.NOT_ALLOWED;
        }

        /** For the client. */
        public String explanation() {
            if (isForbidden()) {
                return "This is not allowed.";
            }
            return reason == CloseReason.ACCESS_UNKNOWN
                    ? "Whether this is allowed cannot be found out now."
                    : "This server takes no more sessions now: " + detail;
        }
    }
}
