package io.millrace.model;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The transport under an endpoint. */
public enum Transport {
    TCP,
    UDP;

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
