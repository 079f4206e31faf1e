package io.millrace.model.wire;

import com.fasterxml.jackson.annotation.JsonValue;
import io.millrace.model.Incarnation;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import java.time.Instant;
import java.util.Locale;

/**
 * A worker could not open a connection to an origin.
 *
 * @param incarnation the run of the origin that the worker knew of
 */
public record OriginObservation(OriginId origin, Incarnation incarnation, Failure failure, String detail, Instant at) {

    /** Of the origin's present run. */
    public static OriginObservation of(Origin origin, Failure failure, String detail, Instant at) {
        return new OriginObservation(origin.id(), origin.incarnation(), failure, detail, at);
    }

    /** How it failed. */
    public enum Failure {
        /** Nothing listens there. */
        REFUSED,
        /** It closed the connection before it answered. */
        RESET,
        /** It accepted or ignored the connection and did not answer in time. */
        TIMEOUT,
        /** There is no way to its address. */
        UNREACHABLE,
        /** It answered with something that is not its protocol. */
        PROTOCOL;

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
