package io.millrace.model;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Locale;

/**
 * A stream and the origin it lives on.
 *
 * @param epoch grows with every binding that is made or moved; of two pictures of one stream the larger epoch is newer
 */
public record Binding(StreamKey stream, OriginId origin, long epoch, Cause cause, Instant since) {

    /** The epoch of a session that a worker placed by itself while no control plane answered. */
    public static final long UNCONFIRMED = 0;

    public Binding withEpoch(long next) {
        return new Binding(stream, origin, next, cause, since);
    }

    /** How a stream came to its origin. */
    public enum Cause {
        /** Placement chose the origin. */
        PLACED,
        /** An operator moved the stream. */
        MOVED,
        /** A worker reported a live publisher there. */
        ADOPTED,
        /** A client publishes straight to the origin, which reported it. */
        DIRECT;

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
