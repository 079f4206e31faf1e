package io.millrace.model;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What software an origin runs, for the few places where that decides how it is spoken to. */
public enum OriginKind {
    SRS,
    NGINX_RTMP,
    OTHER;

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
