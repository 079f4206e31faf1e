package io.millrace.model.placement;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a worker brings a stream to its viewers. */
public enum Delivery {
    /** One origin connection per client. */
    RELAY,
    /** One origin connection shared by all viewers on a worker. */
    EDGE;

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
