package io.millrace.worker.rtsp.codec;

/** A peer said something that is not RTSP, or more of it than we take. */
public final class RtspFormatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    public RtspFormatException(String message) {
        this(400, message);
    }

    /** @param status what a client that said so is answered */
    public RtspFormatException(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
