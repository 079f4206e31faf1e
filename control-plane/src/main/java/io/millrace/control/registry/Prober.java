package io.millrace.control.registry;

import io.millrace.model.Endpoint;
import io.millrace.model.Listener;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.Transport;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Probes the origins that do not beat, one attempt at a time for each. */
final class Prober {

    private final OriginRegistry registry;
    private final Probe probe;
    private final InstantSource clock;
    private final RegistrySettings settings;
    private final Map<OriginId, Instant> started = new ConcurrentHashMap<>();
    private final Set<OriginId> inFlight = ConcurrentHashMap.newKeySet();

    Prober(OriginRegistry registry, Probe probe, InstantSource clock, RegistrySettings settings) {
        this.registry = registry;
        this.probe = probe;
        this.clock = clock;
        this.settings = settings;
    }

    /** Starts the probes that are due. To be called every fraction of a second. */
    void round() {
        Instant now = clock.instant();
        List<KnownOrigin> origins = registry.probed();
        started.keySet().retainAll(origins.stream().map(KnownOrigin::id).collect(Collectors.toSet()));
        for (KnownOrigin origin : origins) {
            Instant last = started.get(origin.id());
            boolean due = last == null
                    || last.isAfter(now)
                    || Duration.between(last, now).compareTo(settings.probeInterval()) >= 0;
            if (due && inFlight.add(origin.id())) {
                started.put(origin.id(), now);
                target(origin.described())
                        .ifPresentOrElse(
                                endpoint -> attempt(origin.id(), endpoint, now), () -> inFlight.remove(origin.id()));
            }
        }
    }

    private void attempt(OriginId id, Endpoint endpoint, Instant at) {
        probe.connect(endpoint, failure -> {
            inFlight.remove(id);
            Duration took = Duration.between(at, clock.instant());
            // A result that is far too late is about this process, which was stopped meanwhile.
            if (took.compareTo(settings.probeTimeout().plus(settings.suspectAfter())) <= 0) {
                registry.probed(id, failure);
            }
        });
    }

    /** The endpoint that is probed: RTMP's, else the first that is TCP. */
    static Optional<Endpoint> target(Origin origin) {
        return origin.endpoint(Listener.RTMP)
                .or(() -> origin.endpoints().values().stream()
                        .flatMap(List::stream)
                        .filter(endpoint -> endpoint.transport() == Transport.TCP)
                        .findFirst());
    }
}
