package io.millrace.model;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a client wants with a stream. */
public enum Intent {
    PUBLISH,
    PLAY;

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
