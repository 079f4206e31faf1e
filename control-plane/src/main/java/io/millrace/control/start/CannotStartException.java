package io.millrace.control.start;

/**
 * An operator has to put something right before this process can run. The message is the one line that the operator reads: what
 * is wrong, with its value, and what to do.
 */
public class CannotStartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public CannotStartException(String message) {
        super(message);
    }
}
