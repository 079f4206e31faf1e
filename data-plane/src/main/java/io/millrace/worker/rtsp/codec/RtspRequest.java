package io.millrace.worker.rtsp.codec;

/** @param uri as it was written: {@code rtsp://host/app/stream}, or {@code *} */
public record RtspRequest(String method, String uri, RtspHeaders headers, String body) implements RtspMessage {

    public RtspRequest withHeaders(RtspHeaders changed) {
        return new RtspRequest(method, uri, changed, body);
    }

    public boolean is(String wanted) {
        return method.equals(wanted);
    }
}
