package io.millrace.worker.routing.resolve;

import io.millrace.model.OriginId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The attempts that one search has under way, by the origin that each of them goes to. For the search's own thread.
 *
 * @param <D> an attempt of the protocol
 */
public final class Dials<D> {

    private final Map<OriginId, D> byOrigin = new LinkedHashMap<>(2);

    public boolean isEmpty() {
        return byOrigin.isEmpty();
    }

    public void add(Resolution.Route route, D dial) {
        byOrigin.put(route.origin().id(), dial);
    }

    public Optional<D> to(Resolution.Route route) {
        return Optional.ofNullable(byOrigin.get(route.origin().id()));
    }

    public Optional<D> remove(Resolution.Route route) {
        return Optional.ofNullable(byOrigin.remove(route.origin().id()));
    }

    public List<D> removeAll() {
        List<D> all = List.copyOf(byOrigin.values());
        byOrigin.clear();
        return all;
    }
}
