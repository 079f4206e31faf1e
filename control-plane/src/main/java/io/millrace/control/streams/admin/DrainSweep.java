package io.millrace.control.streams.admin;

import io.millrace.control.placement.Decision;
import io.millrace.control.placement.Decision.Candidate;
import io.millrace.control.placement.PlacementRequest;
import io.millrace.control.registry.Origins;
import io.millrace.control.store.KeyedStore.Entry;
import io.millrace.control.store.Versioned;
import io.millrace.control.streams.StreamSettings;
import io.millrace.control.streams.binding.Assignment;
import io.millrace.control.streams.binding.Attempt;
import io.millrace.control.streams.binding.Bindings;
import io.millrace.control.streams.resolve.StreamState;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.Admission;
import io.millrace.model.Binding;
import io.millrace.model.Binding.Cause;
import io.millrace.model.Intent;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Takes streams off draining origins: those without a session at once, the others at a bounded rate, since each of them makes
 * its clients reconnect. A stream for which there is no other origin stays, and so does one whose publisher is connected to the
 * origin directly. What is bound to an origin that left the registry is unbound.
 */
public final class DrainSweep {

    private static final Logger LOG = Logger.getLogger(DrainSweep.class);
    private static final int PAGE = 500;
    private static final double MILLIS = 1_000;

    private final StreamState state;
    private final Bindings bindings;
    private final Origins origins;
    private final int perSecond;
    private final SteadyClock clock;
    private Instant lastAt;
    private double budget;
    private Set<OriginId> known = Set.of();

    public DrainSweep(StreamState state, StreamSettings settings, SteadyClock clock) {
        this.state = state;
        this.bindings = state.bindings();
        this.origins = state.origins();
        this.perSecond = settings.drainPerSecond();
        this.clock = clock;
        this.lastAt = clock.instant();
        this.budget = perSecond;
    }

    /** Does what is due; to be called about every second, by one at a time. */
    public void sweep() {
        Instant now = clock.instant();
        double seconds = Math.max(0, Duration.between(lastAt, now).toMillis()) / MILLIS;
        budget = Math.min(perSecond, budget + seconds * perSecond);
        lastAt = now;
        Map<OriginId, Origin> draining = new HashMap<>();
        origins.all().stream()
                .filter(origin -> origin.admission() == Admission.DRAINING)
                .forEach(origin -> draining.put(origin.id(), origin));
        if (!draining.isEmpty()) {
            sweep(draining);
        }
        leaveRemovedOrigins();
    }

    /** What is bound to an origin that left the registry is unbound; the origin's event stands for all of it. */
    private void leaveRemovedOrigins() {
        Set<OriginId> present = origins.all().stream().map(Origin::id).collect(Collectors.toSet());
        Set<OriginId> gone = new HashSet<>(known);
        gone.removeAll(present);
        known = present;
        if (gone.isEmpty()) {
            return;
        }
        int left = 0;
        @Nullable StreamKey after = null;
        List<Entry<StreamKey, Binding>> page;
        do {
            page = bindings.list(after, PAGE);
            for (Entry<StreamKey, Binding> entry : page) {
                after = entry.key();
                // A worker still carries it: its report decides.
                if (gone.contains(entry.stored().value().origin())
                        && !state.live().isCarried(entry.key())
                        && bindings.removeQuietly(entry.stored())) {
                    left++;
                }
            }
        } while (page.size() == PAGE);
        LOG.infof("unbound streams=%d origins=%s why=\"left the registry\"", left, gone);
    }

    private void sweep(Map<OriginId, Origin> draining) {
        @Nullable StreamKey after = null;
        List<Entry<StreamKey, Binding>> page;
        do {
            page = bindings.list(after, PAGE);
            for (Entry<StreamKey, Binding> entry : page) {
                after = entry.key();
                Origin origin = draining.get(entry.stored().value().origin());
                // A publisher that is connected directly would stay behind, and with it the stream.
                if (origin == null || state.publishers().isDirect(entry.key(), origin.id())) {
                    continue;
                }
                if (!state.live().isCarried(entry.key())) {
                    Attempt.decide(entry.key(), () -> unbind(entry.key(), origin));
                } else if (budget >= 1 && Attempt.decide(entry.key(), () -> move(entry.key(), origin))) {
                    budget--;
                }
            }
        } while (page.size() == PAGE);
    }

    private Attempt<Boolean> unbind(StreamKey stream, Origin from) {
        Optional<Versioned<Binding>> stored = on(stream, from);
        if (stored.isEmpty() || state.live().isCarried(stream)) {
            return Attempt.done(false);
        }
        return bindings.remove(stored.get(), "system", from.displayName() + " is draining")
                ? Attempt.done(true)
                : Attempt.again();
    }

    private Attempt<Boolean> move(StreamKey stream, Origin from) {
        Optional<Versioned<Binding>> stored = on(stream, from);
        if (stored.isEmpty()) {
            return Attempt.done(false);
        }
        Protocol protocol = Arrays.stream(Protocol.values())
                .filter(from::offers)
                .findFirst()
                .orElse(Protocol.RTMP);
        Decision decision = state.placer()
                .place(new PlacementRequest(
                        stream, Intent.PUBLISH, protocol, Map.of(from.id(), "is the one that it leaves")));
        Optional<Origin> to = decision.chosen()
                .map(Candidate::origin)
                .filter(id -> !origins.unreachable(id))
                .flatMap(origins::find);
        if (to.isEmpty()) {
            return Attempt.done(false);
        }
        String why = from.displayName() + " is draining; " + decision.summary();
        Assignment assignment = new Assignment(to.get(), Cause.MOVED, "system", why, decision);
        return Attempt.ifWritten(bindings.put(stream, stored.get(), assignment), binding -> true);
    }

    private Optional<Versioned<Binding>> on(StreamKey stream, Origin origin) {
        return bindings.find(stream).filter(stored -> stored.value().origin().equals(origin.id()));
    }
}
