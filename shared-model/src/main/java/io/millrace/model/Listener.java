package io.millrace.model;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** A listener of an origin, named like the field of SRS's registration that announces it. */
public enum Listener {
    RTMP(Transport.TCP),
    HTTP(Transport.TCP),
    API(Transport.TCP),
    RTC(Transport.UDP),
    SRT(Transport.UDP),
    RTSP(Transport.TCP);

    private final Transport usualTransport;

    Listener(Transport usualTransport) {
        this.usualTransport = usualTransport;
    }

    /** What an endpoint of this listener uses when it names no scheme. */
    public Transport usualTransport() {
        return usualTransport;
    }

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
