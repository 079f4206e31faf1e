package io.millrace.worker.admin.sessions;

/** How other threads end a running session. */
@FunctionalInterface
public interface SessionHandle {

    /**
     * Asks the session to end. Any thread may call it, more than once and after the end; the session hops to its own loop,
     * ends it as its protocol does and calls {@link SessionTable#close}.
     */
    void end(CloseReason reason, String detail);
}
