package io.millrace.control.api;

import java.util.List;

/** A body has mistakes; at least one, and each is named. */
public final class InvalidBodyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem.Mistake> errors;

    /** @param count how many there are, of which {@code errors} are the first */
    InvalidBodyException(List<Problem.Mistake> errors, int count) {
        super(
                count == 1
                        ? errors.getFirst().detail()
                        : errors.getFirst().detail() + " (the first of " + count + " mistakes)");
        this.errors = List.copyOf(errors);
    }

    public List<Problem.Mistake> errors() {
        return errors;
    }
}
