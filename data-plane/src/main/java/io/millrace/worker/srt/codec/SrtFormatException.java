package io.millrace.worker.srt.codec;

/** The peer sent bytes that are no SRT, or more of something than we accept. Has no stack trace: it is the peer's fault. */
public final class SrtFormatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public SrtFormatException(String what) {
        super(what, null, false, false);
    }
}
