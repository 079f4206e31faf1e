package io.millrace.worker.routing.resolve;

import io.millrace.model.Origin;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * Where the control plane sent players of streams that nobody publishes, for the moment in which one answer serves all who ask the same.
 * Apart from the bindings, so that made up names push out nothing but each other. Any thread.
 */
final class WaitingPlaces {

    static final int MAX = 1_000;

    private final LinkedHashMap<Wish, Place> places = new LinkedHashMap<>();

    private record Wish(StreamKey stream, Protocol protocol) {}

    private record Place(Origin origin, Instant since) {}

    synchronized void put(StreamKey stream, Protocol protocol, Origin origin, Instant now) {
        Wish wish = new Wish(stream, protocol);
        places.remove(wish);
        places.put(wish, new Place(origin, now));
        if (places.size() > MAX) {
            Iterator<Place> oldest = places.values().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** @param oldest what was said before is forgotten */
    synchronized Optional<Origin> find(StreamKey stream, Protocol protocol, Instant oldest) {
        forgetBefore(oldest);
        return Optional.ofNullable(places.get(new Wish(stream, protocol))).map(Place::origin);
    }

    synchronized int size() {
        return places.size();
    }

    private void forgetBefore(Instant oldest) {
        for (Iterator<Place> all = places.values().iterator(); all.hasNext(); ) {
            if (all.next().since().isAfter(oldest)) {
                return;
            }
            all.remove();
        }
    }
}
