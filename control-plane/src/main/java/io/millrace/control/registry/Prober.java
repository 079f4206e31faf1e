package io.millrace.control.registry;

import io.millrace.control.registry.liveness.RegistrySettings;
import io.millrace.control.registry.origin.KnownOrigin;
import io.millrace.control.registry.probe.Probe;
import io.millrace.control.registry.probe.ProbeResult;
import io.millrace.control.registry.probe.ProbeTarget;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.OriginId;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Probes the origins of which it is not certain that they live, and, when a worker reports that it cannot reach one, that one at once;
 * one attempt of each sort at a time for each origin.
 */
final class Prober {

    /** Threads and sockets at once; what is due beyond that waits for the next round. */
    static final int MAX_IN_FLIGHT = 512;

    /** A report is answered for before the second is over in which new streams may still go there. */
    static final Duration CHECK_TIMEOUT = Duration.ofMillis(700);

    private final OriginRegistry registry;
    private final Probe probe;
    private final SteadyClock clock;
    private final RegistrySettings settings;
    private final Map<OriginId, Instant> started = new ConcurrentHashMap<>();
    private final Set<OriginId> inFlight = ConcurrentHashMap.newKeySet();
    private final Map<OriginId, Boolean> checks = new ConcurrentHashMap<>();

    Prober(OriginRegistry registry, Probe probe, SteadyClock clock, RegistrySettings settings) {
        this.registry = registry;
        this.probe = probe;
        this.clock = clock;
        this.settings = settings;
    }

    /** Starts the probes that are due. To be called every fraction of a second by the control plane that watches. */
    void round() {
        Instant now = clock.instant();
        List<KnownOrigin> origins = registry.uncertain();
        started.keySet().retainAll(origins.stream().map(KnownOrigin::id).collect(Collectors.toSet()));
        // First those that have waited longest.
        origins.stream()
                .filter(origin -> isDue(started.get(origin.id()), now))
                .sorted(Comparator.comparing(origin -> started.getOrDefault(origin.id(), Instant.MIN)))
                .forEach(origin -> begin(origin, now));
    }

    private boolean isDue(@Nullable Instant last, Instant now) {
        return last == null || Duration.between(last, now).compareTo(settings.probeInterval()) >= 0;
    }

    private void begin(KnownOrigin origin, Instant now) {
        if (inFlight.size() >= MAX_IN_FLIGHT || !inFlight.add(origin.id())) {
            return;
        }
        started.put(origin.id(), now);
        ProbeTarget.of(origin.described())
                .ifPresentOrElse(
                        target -> attempt(target, settings.probeTimeout(), result -> {
                            inFlight.remove(origin.id());
                            registry.probed(origin.id(), result);
                        }),
                        () -> inFlight.remove(origin.id()));
    }

    /** Any thread, on any control plane: a worker cannot reach that origin. */
    void check(KnownOrigin origin) {
        OriginId id = origin.id();
        if (checks.size() >= MAX_IN_FLIGHT || checks.putIfAbsent(id, false) != null) {
            // What is under way may have begun before it died.
            checks.replace(id, true);
            return;
        }
        startCheck(origin);
    }

    private void startCheck(KnownOrigin origin) {
        OriginId id = origin.id();
        Duration timeout =
                CHECK_TIMEOUT.compareTo(settings.probeTimeout()) < 0 ? CHECK_TIMEOUT : settings.probeTimeout();
        ProbeTarget.of(origin.described())
                .ifPresentOrElse(
                        target -> attempt(target, timeout, result -> {
                            Boolean again = checks.remove(id);
                            registry.checked(id, origin.described().incarnation(), result);
                            if (Boolean.TRUE.equals(again) && result.isAnswered()) {
                                registry.known(id).ifPresent(this::check);
                            }
                        }),
                        () -> checks.remove(id));
    }

    private void attempt(ProbeTarget target, Duration timeout, Consumer<ProbeResult> result) {
        long pauses = clock.pauses();
        probe.attempt(
                target,
                timeout,
                found -> result.accept(
                        found.isAnswered() || clock.pauses() == pauses ? found : ProbeResult.inconclusive()));
    }
}
