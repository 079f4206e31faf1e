package io.millrace.worker.hls.codec;

/** A text that is no playlist, or more of one than we accept. Has no stack trace: it is the origin's fault. */
public final class HlsFormatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public HlsFormatException(String what) {
        super(what, null, false, false);
    }
}
