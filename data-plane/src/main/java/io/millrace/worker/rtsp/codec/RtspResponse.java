package io.millrace.worker.rtsp.codec;

/** What a peer answers. */
public record RtspResponse(int status, String reason, RtspHeaders headers, String body) implements RtspMessage {

    public RtspResponse withHeaders(RtspHeaders changed) {
        return new RtspResponse(status, reason, changed, body);
    }

    /** With the length that goes with the body. */
    public RtspResponse withBody(String changed) {
        return new RtspResponse(
                status, reason, headers.with("Content-Length", Integer.toString(changed.length())), changed);
    }

    public boolean isSuccess() {
        return status / 100 == 2;
    }

    /** One that says that the answer is still to come. */
    public boolean isProvisional() {
        return status / 100 == 1;
    }
}
