package io.millrace.control.registry;

import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.registry.OriginChanges.Change;
import io.millrace.control.registry.liveness.Liveness;
import io.millrace.control.registry.liveness.PanicMode;
import io.millrace.control.registry.liveness.RegistrySettings;
import io.millrace.control.registry.liveness.Watched;
import io.millrace.control.registry.origin.KnownOrigin;
import io.millrace.control.registry.probe.ProbeResult;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.OriginId;
import io.millrace.model.OriginState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What the control plane that watches finds: silence, answers to probes, too many failures at once. {@link #begin}, {@link #end} and
 * {@link #sweep} by one at a time; probes answer on any thread. The monitor guards what was seen, and is not held while an entry changes.
 */
final class OriginWatch {

    private final KnownOrigins origins;
    private final OriginPicture picture;
    private final OriginChanges changes;
    private final Liveness liveness;
    private final RegistrySettings settings;
    private final EventLog events;
    private final SteadyClock clock;
    private final Map<OriginId, Watched> watched = new HashMap<>();
    private volatile Instant lastSweep;

    OriginWatch(
            KnownOrigins origins,
            OriginPicture picture,
            OriginChanges changes,
            Liveness liveness,
            RegistrySettings settings,
            EventLog events,
            SteadyClock clock) {
        this.origins = origins;
        this.picture = picture;
        this.changes = changes;
        this.liveness = liveness;
        this.settings = settings;
        this.events = events;
        this.clock = clock;
        this.lastSweep = clock.instant();
    }

    /** Perhaps no control plane watched before: the silence until now means nothing. */
    synchronized void begin() {
        watched.clear();
        lastSweep = clock.instant();
    }

    /** Another control plane watches. */
    synchronized void end() {
        watched.clear();
    }

    private synchronized Watched observe(KnownOrigin origin, Instant now) {
        Watched before = watched.get(origin.id());
        Watched after = before == null ? Watched.begin(origin, now) : before.observe(origin, now);
        watched.put(origin.id(), after);
        return after;
    }

    private synchronized Optional<Watched> find(OriginId id) {
        return Optional.ofNullable(watched.get(id));
    }

    private synchronized Watched update(OriginId id, Watched otherwise, UnaryOperator<Watched> change) {
        Watched after = change.apply(watched.getOrDefault(id, otherwise));
        watched.put(id, after);
        return after;
    }

    private synchronized Map<OriginId, Watched> all() {
        return Map.copyOf(watched);
    }

    private synchronized void retain(Set<OriginId> ids) {
        watched.keySet().retainAll(ids);
    }

    /** The result of one of the regular probes. */
    void probed(OriginId id, ProbeResult result) {
        Instant now = clock.instant();
        changes.apply(id, stored -> {
            if (stored.isEmpty() || find(id).isEmpty()) {
                return Change.keep();
            }
            KnownOrigin before = stored.get();
            Watched next = observe(before, now).probed(before, result, now);
            return Change.to(liveness.afterProbe(before, next, result, now, clock.shown(now)));
        });
        // Only once the entry is written: a probe of which nothing came does not count.
        origins.seen(id)
                .ifPresent(origin ->
                        find(id).ifPresent(seen -> update(id, seen, current -> current.probed(origin, result, now))));
    }

    /** Finds origins that have been silent for too long. */
    void sweep() {
        Instant now = clock.instant();
        // A sweep that is late, or a store that was unavailable, could keep no beats: silence until now means nothing.
        boolean late = lastSweep.isBefore(now.minus(settings.suspectAfter()));
        List<KnownOrigin> all = origins.allSeen();
        retain(all.stream().map(KnownOrigin::id).collect(Collectors.toSet()));
        for (KnownOrigin origin : all) {
            var _ = changes.change(
                    origin.id(),
                    stored -> stored.map(known -> afterTime(known, seen(known, late, now), now))
                            .orElseGet(Change::keep));
        }
        keepInPanic(now);
        lastSweep = now;
    }

    private Watched seen(KnownOrigin origin, boolean late, Instant now) {
        Watched seen = observe(origin, now);
        return late ? update(origin.id(), seen, current -> current.excused(now)) : seen;
    }

    private Change afterTime(KnownOrigin origin, Watched seen, Instant now) {
        boolean forgotten = !origin.source().isProbed()
                && origin.state() == OriginState.DOWN
                && Duration.between(seen.life().downSince(), now).compareTo(settings.forgetAfter()) > 0;
        return forgotten
                ? new Change.Delete(
                        OriginChanges.SYSTEM,
                        "forgotten: down since " + origin.standing().since())
                : Change.to(liveness.afterTime(origin, seen, now, clock.shown(now)));
    }

    private void keepInPanic(Instant now) {
        // Those that wait for approval are no part of what could look dead at once.
        List<KnownOrigin> all = origins.allSeen().stream()
                .filter(origin -> !picture.waits(origin))
                .toList();
        all.forEach(origin -> observe(origin, now));
        Set<OriginId> kept = PanicMode.kept(all, all(), now);
        boolean before = all.stream().anyMatch(origin -> origin.standing().kept());
        for (KnownOrigin origin : all) {
            boolean keep = kept.contains(origin.id());
            if (keep != origin.standing().kept()) {
                var _ = changes.change(
                        origin.id(),
                        stored -> stored.map(known -> Change.to(known.withKept(keep)))
                                .orElseGet(Change::keep));
            }
        }
        if (before == kept.isEmpty()) {
            events.record(
                    EventKind.ORIGINS_PANIC,
                    "origins",
                    OriginChanges.SYSTEM,
                    kept.isEmpty()
                            ? "ended: most origins live; the table has only those again"
                            : "began: " + kept.size() + " of " + all.size()
                                    + " origins look dead at once; the table keeps them, and each worker tries for itself");
        }
    }
}
