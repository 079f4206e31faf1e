package io.millrace.model;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** A protocol of clients; its word names the package, the metric tag, the config prefix and the JSON field. */
public enum Protocol {
    RTMP(Listener.RTMP),
    FLV(Listener.HTTP),
    HLS(Listener.HTTP),
    DASH(Listener.HTTP),
    WEBRTC(Listener.RTC),
    SRT(Listener.SRT),
    RTSP(Listener.RTSP);

    private final Listener carriedBy;

    Protocol(Listener carriedBy) {
        this.carriedBy = carriedBy;
    }

    /** The origin's listener that carries this protocol. */
    public Listener carriedBy() {
        return carriedBy;
    }

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
