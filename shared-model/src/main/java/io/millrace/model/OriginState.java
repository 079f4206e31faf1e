package io.millrace.model;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Whether an origin is believed to be alive. */
public enum OriginState {
    UP,
    /** A beat is missing, or workers report that it cannot be reached. */
    SUSPECT,
    DOWN;

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
