package io.millrace.control.errors;

/** A request names an origin, a stream, a worker or a rule that does not exist; the message says which. */
public final class NoSuchItemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public NoSuchItemException(String message) {
        super(message);
    }
}
