package io.millrace.control.streams.resolve;

import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
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

    private final LinkedHashMap<StreamKey, Place> places = new LinkedHashMap<>();

    private record Place(OriginId origin, Instant since) {}

    synchronized void note(StreamKey stream, OriginId origin, Instant now) {
        places.remove(stream);
        places.put(stream, new Place(origin, now));
        if (places.size() > MAX) {
            Iterator<Place> oldest = places.values().iterator();
            oldest.next();
            oldest.remove();
        }
        forgetOld(now);
    }

    synchronized Optional<OriginId> find(StreamKey stream, Instant now) {
        forgetOld(now);
        return Optional.ofNullable(places.get(stream)).map(Place::origin);
    }

    synchronized int size(Instant now) {
        forgetOld(now);
        return places.size();
    }

    private void forgetOld(Instant now) {
        for (Iterator<Place> oldest = places.values().iterator(); oldest.hasNext(); ) {
            if (now.isBefore(oldest.next().since().plus(KEPT))) {
                return;
            }
            oldest.remove();
        }
    }
}
