package io.millrace.worker.admin.sessions;

/** The door to a running session for those who stand outside its event loop. */
@FunctionalInterface
public interface SessionHandle {

    /**
     * Asks the session to end. Any thread may call it, more than once and after the end; the session hops to its own loop,
     * says good-bye in its protocol's words and calls {@link SessionTable#close}.
     */
    void end(CloseReason reason, String detail);
}
