package io.millrace.worker.dash.codec;

/** A text that is no manifest, or more of one than we accept. Has no stack trace: it is the origin's fault. */
public final class MpdFormatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public MpdFormatException(String what) {
        super(what, null, false, false);
    }
}
