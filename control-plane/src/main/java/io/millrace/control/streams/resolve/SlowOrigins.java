package io.millrace.control.streams.resolve;

import io.millrace.control.placement.Decision.Candidate;
import io.millrace.control.placement.PlacementRequest;
import io.millrace.control.registry.Origins;
import io.millrace.control.store.Versioned;
import io.millrace.control.streams.binding.Assignment;
import io.millrace.control.streams.binding.Attempt;
import io.millrace.control.streams.binding.Bindings;
import io.millrace.control.streams.live.LivePublishers;
import io.millrace.model.Admission;
import io.millrace.model.Binding;
import io.millrace.model.Binding.Cause;
import io.millrace.model.Intent;
import io.millrace.model.Origin;
import io.millrace.model.OriginState;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.ResolveAnswer;
import io.millrace.model.wire.ResolveAnswer.Outcome;
import io.millrace.model.wire.ResolveRequest;
import java.util.Optional;

/**
 * What happens when the origin of a new stream does not answer a worker soon: the worker dials a second one beside it, and claims the
 * stream for the one that answers first before it says what it wants there. The claim names the epoch by which the worker dialled, and
 * every claim that is granted changes it, so of several workers that do so for one stream all end at one origin. A stream that was
 * claimed for its origin, or has been live there, waits for it. Players make no claims: they follow.
 */
final class SlowOrigins {

    private final Origins origins;
    private final Bindings bindings;
    private final LivePublishers publishers;
    private final StreamPlacer placer;

    SlowOrigins(StreamState state) {
        this.origins = state.origins();
        this.bindings = state.bindings();
        this.publishers = state.publishers();
        this.placer = state.placer();
    }

    /** Adds to an answer another origin that may be dialled. Changes nothing: the slow one may still answer first. */
    ResolveAnswer withOther(ResolveRequest request, OriginObservation slow, ResolveAnswer answer) {
        Binding binding = answer.binding();
        if (answer.outcome() != Outcome.BOUND
                || binding == null
                || !binding.origin().equals(slow.origin())) {
            return answer;
        }
        boolean livesNowhere =
                isPublish(request) && bindings.isAwaitedOn(request.stream(), binding.origin()) && mayMove(binding);
        return livesNowhere
                ? other(PlacementRequest.of(request)).map(answer::withBeside).orElse(answer)
                : answer;
    }

    private Optional<Origin> other(PlacementRequest wanted) {
        return placer.rehearse(wanted)
                .chosen()
                .map(Candidate::origin)
                .flatMap(origins::find)
                .filter(origin -> origin.state() == OriginState.UP);
    }

    /** Players follow. */
    private static boolean isPublish(ResolveRequest request) {
        return request.intent() == Intent.PUBLISH;
    }

    /** What was decided by an operator, or by what is live, is not for a worker to change. */
    private boolean mayMove(Binding binding) {
        return binding.cause() == Cause.PLACED
                && publishers.of(binding.stream()).isEmpty();
    }

    /** Empty if the claim comes too late or may not be granted: then what is decided already holds. */
    Optional<Attempt<ResolveAnswer>> granted(ResolveRequest request, ResolveRequest.Claim claim) {
        StreamKey stream = request.stream();
        Optional<Versioned<Binding>> stored = bindings.find(stream)
                .filter(found -> found.value().epoch() == claim.epoch())
                .filter(found -> mayMove(found.value()));
        Optional<Origin> origin = origins.find(claim.origin());
        if (!isPublish(request) || stored.isEmpty() || origin.isEmpty()) {
            return Optional.empty();
        }
        Binding before = stored.get().value();
        Origin claimed = origin.get();
        if (before.origin().equals(claimed.id())) {
            return Optional.of(Attempt.ifWritten(bindings.renew(stored.get()), renewed -> claimed(renewed, claimed)));
        }
        if (!claimed.offers(request.protocol())
                || claimed.state() == OriginState.DOWN
                || claimed.admission() != Admission.OPEN) {
            return Optional.empty();
        }
        String why = "it answered first; " + origins.nameOf(before.origin()) + " had not answered yet";
        Assignment assignment = new Assignment(claimed, Cause.PLACED, "worker " + request.worker(), why, null);
        return Optional.of(
                Attempt.ifWritten(bindings.put(stream, stored.get(), assignment), moved -> claimed(moved, claimed)));
    }

    /** A publisher is about to connect there: from now on the stream waits for that origin. */
    private ResolveAnswer claimed(Binding binding, Origin origin) {
        bindings.arrived(binding.stream());
        return ResolveAnswer.bound(binding, origin);
    }
}
