package io.millrace.control.streams;

import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import java.time.Instant;

/**
 * What an origin called back about: a publisher has come or gone.
 *
 * @param service the run of the origin that says so; empty if it does not tell
 * @param client how the origin names the publisher
 * @param at when it was said, by the clock of the control plane that was told
 */
record OriginWord(boolean published, StreamKey stream, OriginId origin, String service, String client, Instant at) {

    /** The same, by a clock that is not ahead of the one here. */
    OriginWord notAfter(Instant now) {
        return at.isAfter(now) ? new OriginWord(published, stream, origin, service, client, now) : this;
    }
}
