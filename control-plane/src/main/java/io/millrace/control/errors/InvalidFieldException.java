package io.millrace.control.errors;

/** A request has a value that is not allowed; the message says why and what is allowed, the field says where. */
public final class InvalidFieldException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String field;

    public InvalidFieldException(String field, String why) {
        super(why);
        this.field = field;
    }

    public String field() {
        return field;
    }
}
