package io.millrace.worker.srt.session;

import io.millrace.worker.srt.codec.Handshake;

/** Why a caller is turned away, in the codes of libsrt and of its access control guidelines. */
public enum Rejection {
    /** A version of the handshake in which no stream can be named. */
    VERSION(8),
    BAD_REQUEST(1_400),
    OVERLOAD(1_402),
    FORBIDDEN(1_403),
    BAD_MODE(1_405),
    INTERNAL(1_500),
    UNAVAILABLE(1_503);

    private final int code;

    Rejection(int code) {
        this.code = code;
    }

    /** The type of the handshake that says so. */
    public int handshakeType() {
        return Handshake.FAILURES + code;
    }
}
