package io.millrace.worker.webrtc.session;

/** A client's request makes no sense; the message is for the client. Has no stack trace: it is the client's fault. */
public final class BadOfferException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BadOfferException(String what) {
        super(what, null, false, false);
    }

    public String reason() {
        return String.valueOf(getMessage());
    }
}
