package io.millrace.worker.admin.sessions;

import java.util.Optional;

/** Has a say in which sessions are opened, of every protocol. Any thread; must be quick. */
public interface Admission {

    /** Empty when it may open; then {@link #opened} or {@link #left} follows. */
    Optional<OpenResult.Refused> enter(Session session);

    /**
     * Of a request without a session at hand: whether its client may go on.
     *
     * @param begins whether it asks for a session that will be opened elsewhere or later; else it belongs to one that is open somewhere
     */
    default Optional<OpenResult.Refused> check(Permit permit, boolean begins) {
        return Optional.empty();
    }

    /** It is in the table: who walks over that finds it from now on. {@link #left} follows. */
    default void opened(Session session) {}

    /** It has ended, or was refused by another. */
    default void left(Session session) {}
}
