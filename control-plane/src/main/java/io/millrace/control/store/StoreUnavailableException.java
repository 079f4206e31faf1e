package io.millrace.control.store;

/** The store does not take writes now; what was to be written may or may not have been. */
public final class StoreUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param why for operators, such as {@code redis 127.0.0.1:6379 does not answer} */
    public StoreUnavailableException(String why) {
        // Thrown for every request while a store is away: the trace would cost more than the request.
        super(why, null, false, false);
    }
}
