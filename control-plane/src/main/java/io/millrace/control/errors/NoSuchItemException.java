package io.millrace.control.errors;

/** Somebody named an origin, a stream, a worker or a rule that is not there; the message says which. */
public final class NoSuchItemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public NoSuchItemException(String message) {
        super(message);
    }
}
