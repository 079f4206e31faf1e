package io.millrace.control.streams.resolve;

import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.placement.PlacementRequest;
import io.millrace.control.registry.Origins;
import io.millrace.control.store.StoreUnavailableException;
import io.millrace.control.store.Versioned;
import io.millrace.control.streams.StreamDirectory.Eviction;
import io.millrace.control.streams.binding.Assignment;
import io.millrace.control.streams.binding.Attempt;
import io.millrace.control.streams.binding.Bindings;
import io.millrace.control.streams.live.Carried;
import io.millrace.control.streams.live.LivePublishers;
import io.millrace.control.streams.live.LiveStreams;
import io.millrace.control.streams.live.OriginTroubles;
import io.millrace.model.Admission;
import io.millrace.model.Binding;
import io.millrace.model.Binding.Cause;
import io.millrace.model.Intent;
import io.millrace.model.Origin;
import io.millrace.model.Protocol;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Settles what workers carry with the bindings. Any thread; may wait for the store. */
final class ReportSettlement {

    private static final Logger LOG = Logger.getLogger(ReportSettlement.class);

    private final Origins origins;
    private final LiveStreams live;
    private final OriginTroubles troubles;
    private final LivePublishers publishers;
    private final Bindings bindings;
    private final StreamPlacer placer;
    private final EventLog events;

    ReportSettlement(StreamState state, EventLog events) {
        this.origins = state.origins();
        this.live = state.live();
        this.troubles = state.troubles();
        this.publishers = state.publishers();
        this.bindings = state.bindings();
        this.placer = state.placer();
        this.events = events;
    }

    List<Eviction> settle(List<Carried> carried) {
        List<Eviction> evictions = new ArrayList<>();
        for (Carried leg : carried) {
            if (isWhereItBelongs(leg)) {
                continue;
            }
            try {
                Attempt.decide(leg.stream(), () -> settle(leg)).ifPresent(evictions::add);
            } catch (StoreUnavailableException away) {
                // Settled by a later report; until then no session is ended for what cannot be written.
                LOG.debugf("not settled stream=%s worker=%s why=\"%s\"", leg.stream(), leg.worker(), away.getMessage());
            }
        }
        return List.copyOf(evictions);
    }

    /** As nearly every stream of nearly every report: nothing to decide. */
    private boolean isWhereItBelongs(Carried leg) {
        return bindings.find(leg.stream())
                        .filter(stored -> stored.value().origin().equals(leg.origin()))
                        .isPresent()
                && bindings.touch(leg.stream());
    }

    /** Settles a binding with what a worker carries. */
    private Attempt<Optional<Eviction>> settle(Carried leg) {
        Versioned<Binding> stored = bindings.find(leg.stream()).orElse(null);
        if (stored == null) {
            return leg.hasPublisher() ? adopt(leg, null) : leaveIfDraining(leg);
        }
        Binding binding = stored.value();
        if (binding.origin().equals(leg.origin())) {
            return bindings.touch(leg.stream()) ? settled() : Attempt.again();
        }
        if (binding.cause() == Cause.MOVED
                && leg.epoch() < binding.epoch()
                && troubles.of(binding.origin()).isEmpty()) {
            return evict(leg, binding, "the stream was moved");
        }
        if (publishers.isLive(leg.stream(), binding.origin())) {
            return leg.hasPublisher() ? conflict(leg, binding) : evict(leg, binding, "the stream is live elsewhere");
        }
        return leg.hasPublisher() ? adopt(leg, stored) : settled();
    }

    /** Players that wait for a stream without a publisher get no media, and need not wait at an origin that drains. */
    private Attempt<Optional<Eviction>> leaveIfDraining(Carried leg) {
        Optional<Origin> origin = origins.find(leg.origin());
        Protocol protocol = origin.stream()
                .flatMap(known -> Arrays.stream(Protocol.values()).filter(known::offers))
                .findFirst()
                .orElse(Protocol.RTMP);
        return origin.filter(known -> known.admission() == Admission.DRAINING)
                .flatMap(known -> placer.waitingPlace(
                        new PlacementRequest(leg.stream(), Intent.PLAY, protocol, Map.of(known.id(), "is draining"))))
                .map(other -> Attempt.done(Optional.of(
                        new Eviction(leg.stream(), other.id(), "it has no publisher, and its origin is draining"))))
                .orElseGet(ReportSettlement::settled);
    }

    private Attempt<Optional<Eviction>> adopt(Carried leg, @Nullable Versioned<Binding> stored) {
        Optional<Origin> origin = origins.find(leg.origin());
        if (origin.isEmpty()) {
            return settled();
        }
        Assignment assignment = new Assignment(
                origin.get(), Cause.ADOPTED, "worker " + leg.worker(), "a live publisher is there", null);
        return bindings.put(leg.stream(), stored, assignment).isPresent() ? settled() : Attempt.again();
    }

    private Attempt<Optional<Eviction>> conflict(Carried leg, Binding binding) {
        if (live.markEvicted(leg)) {
            events.record(
                    EventKind.STREAM_CONFLICT,
                    leg.stream().toString(),
                    "worker " + leg.worker(),
                    "live on %1$s and on %2$s; %1$s keeps it"
                            .formatted(origins.nameOf(binding.origin()), origins.nameOf(leg.origin())));
        }
        return evict(leg, binding, "the stream is live on another origin");
    }

    private static Attempt<Optional<Eviction>> evict(Carried leg, Binding binding, String reason) {
        return Attempt.done(Optional.of(new Eviction(leg.stream(), binding.origin(), reason)));
    }

    private static Attempt<Optional<Eviction>> settled() {
        return Attempt.done(Optional.empty());
    }
}
