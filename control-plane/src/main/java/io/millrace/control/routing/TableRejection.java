package io.millrace.control.routing;

import java.time.Instant;
import java.util.List;

/** A table that failed its own consistency check and was therefore not published. */
public record TableRejection(List<String> inconsistencies, Instant at) {

    public TableRejection {
        inconsistencies = List.copyOf(inconsistencies);
    }
}
