package io.millrace.worker.webrtc.codec;

/** What came is no SDP, or more of it than we accept. Has no stack trace: it is the peer's fault. */
public final class SdpFormatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public SdpFormatException(String what) {
        super(what, null, false, false);
    }
}
