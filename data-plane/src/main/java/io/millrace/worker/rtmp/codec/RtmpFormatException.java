package io.millrace.worker.rtmp.codec;

/** The peer sent bytes that are no RTMP, or more of something than we accept. Has no stack trace: it is the peer's fault. */
public final class RtmpFormatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public RtmpFormatException(String what) {
        super(what, null, false, false);
    }
}
