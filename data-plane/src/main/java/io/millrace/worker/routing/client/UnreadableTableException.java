package io.millrace.worker.routing.client;

import org.jspecify.annotations.Nullable;

/** A routing table came that cannot be read. */
public final class UnreadableTableException extends ControlPlaneException {

    private static final long serialVersionUID = 1L;

    private final @Nullable String version;

    /** @param version which one it was, if at least that can be read */
    public UnreadableTableException(ControlPlaneException problem, @Nullable String version) {
        super(problem.status(), String.valueOf(problem.getMessage()), problem.getCause());
        this.version = version;
    }

    public @Nullable String version() {
        return version;
    }
}
