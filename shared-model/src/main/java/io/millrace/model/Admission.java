package io.millrace.model;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What an operator allows an origin to take, whatever its state. */
public enum Admission {
    OPEN,
    /** No new streams; those it has stay. */
    CORDONED,
    /** No new streams, and those it has move away. */
    DRAINING,
    /** It registered by itself and waits for an operator's approval: nothing goes there. In no routing table. */
    PENDING;

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
