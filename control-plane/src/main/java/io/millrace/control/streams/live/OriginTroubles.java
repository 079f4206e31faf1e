package io.millrace.control.streams.live;

import io.millrace.control.registry.Origins;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginState;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Since when an origin is known to be unavailable: a publisher reported there before that moment went with it, one reported
 * later proves that some worker still reaches it. A missing beat alone is no trouble. Any thread.
 */
public final class OriginTroubles {

    private final Origins origins;
    private final SteadyClock clock;
    private final Map<OriginId, Instant> since = new ConcurrentHashMap<>();

    public OriginTroubles(Origins origins, SteadyClock clock) {
        this.origins = origins;
        this.clock = clock;
    }

    /** What is wrong with an origin, and since when as far as this control plane saw. */
    public record Trouble(String what, Instant since) {}

    /** To be called after every change of the registry. */
    public void update() {
        since.keySet().forEach(this::of);
        origins.all().forEach(origin -> of(origin.id()));
    }

    public Optional<Trouble> of(OriginId id) {
        Optional<String> what = what(id);
        if (what.isEmpty()) {
            since.remove(id);
            return Optional.empty();
        }
        return Optional.of(new Trouble(what.get(), since.computeIfAbsent(id, key -> clock.instant())));
    }

    private Optional<String> what(OriginId id) {
        Optional<Origin> origin = origins.find(id);
        if (origin.isEmpty()) {
            return Optional.of("is not known any more");
        }
        if (origin.get().state() == OriginState.DOWN) {
            return Optional.of("is down");
        }
        return origins.unreachable(id) ? Optional.of("refuses new connections") : Optional.empty();
    }
}
