package io.millrace.control.srs.origin;

/** An origin's API gave no usable answer; the message says why in a few words for people. */
public final class OriginApiException extends Exception {

    private static final long serialVersionUID = 1L;

    public OriginApiException(String why) {
        super(why);
    }

    public String why() {
        return String.valueOf(getMessage());
    }
}
