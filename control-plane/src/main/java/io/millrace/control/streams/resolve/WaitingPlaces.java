package io.millrace.control.streams.resolve;

import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import io.millrace.model.collect.RecentEntries;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Where players of streams without a publisher were sent a moment ago: until their worker's next report nothing else tells where they
 * wait. The oldest are forgotten above a bound; a player that is forgotten is ended once the stream is live elsewhere, and comes again.
 * Any thread.
 */
final class WaitingPlaces {

    static final int MAX = 10_000;

    /** Workers report every few seconds, and what one reports to another control plane is known here a little later. */
    static final Duration KEPT = Duration.ofSeconds(10);

    private final RecentEntries<StreamKey, OriginId> places = new RecentEntries<>(MAX);

    void note(StreamKey stream, OriginId origin, Instant now) {
        places.put(stream, origin, now);
    }

    Optional<OriginId> find(StreamKey stream, Instant now) {
        return places.find(stream, now.minus(KEPT));
    }

    int size(Instant now) {
        return places.size(now.minus(KEPT));
    }
}
