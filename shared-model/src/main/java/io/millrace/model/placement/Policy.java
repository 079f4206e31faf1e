package io.millrace.model.placement;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How an origin is chosen among those that may take a stream. */
public enum Policy {
    /** Power of two choices over what origins and workers report. */
    LEAST_LOAD,
    /** The same stream goes to the same origin for as long as that origin exists. */
    RENDEZVOUS,
    ROUND_ROBIN,
    RANDOM;

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
