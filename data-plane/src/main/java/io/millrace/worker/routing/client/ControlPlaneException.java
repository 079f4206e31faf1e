package io.millrace.worker.routing.client;

import org.jspecify.annotations.Nullable;

/** The control plane did not answer, or its answer was no. */
public class ControlPlaneException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    /** @param status 0 when there was no answer at all; 200 when the answer makes no sense */
    public ControlPlaneException(int status, String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
