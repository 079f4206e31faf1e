package io.millrace.cluster.webrtc;

import java.io.Serial;

/** What a client asked for cannot be had; the message is its answer. */
final class Refusal extends Exception {

    @Serial
    private static final long serialVersionUID = 1;

    private final int status;

    Refusal(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
