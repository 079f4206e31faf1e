package io.millrace.worker.rtsp.codec;

/** One line of a message's head. Names do not distinguish case, and stay as they were written. */
public record RtspHeader(String name, String value) {

    public boolean isNamed(String wanted) {
        return name.equalsIgnoreCase(wanted);
    }
}
