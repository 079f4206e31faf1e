package io.millrace.control.errors;

/** A request makes sense, but not as things stand now; the message says what to do first. */
public final class ConflictException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ConflictException(String message) {
        super(message);
    }
}
