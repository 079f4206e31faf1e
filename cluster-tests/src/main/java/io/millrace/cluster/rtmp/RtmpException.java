package io.millrace.cluster.rtmp;

import java.io.IOException;

/** The server said no, in RTMP's own words. */
public final class RtmpException extends IOException {

    private final String code;

    public RtmpException(String code, String description) {
        super(code + ": " + description);
        this.code = code;
    }

    /** As in {@code NetStream.Publish.BadName}. */
    public String code() {
        return code;
    }
}
