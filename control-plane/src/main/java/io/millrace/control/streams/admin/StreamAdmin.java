package io.millrace.control.streams.admin;

import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.placement.Decision;
import io.millrace.control.placement.PlacementRequest;
import io.millrace.control.registry.Origins;
import io.millrace.control.store.KeyedStore.Entry;
import io.millrace.control.store.Versioned;
import io.millrace.control.streams.binding.Assignment;
import io.millrace.control.streams.binding.Attempt;
import io.millrace.control.streams.binding.Bindings;
import io.millrace.control.streams.binding.DecisionRecord;
import io.millrace.control.streams.live.Carried;
import io.millrace.control.streams.resolve.Judge.Verdict;
import io.millrace.control.streams.resolve.StreamState;
import io.millrace.model.Binding;
import io.millrace.model.Binding.Cause;
import io.millrace.model.Intent;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginState;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.placement.Eligibility;
import io.millrace.model.wire.ResolveAnswer.Outcome;
import io.millrace.model.wire.ResolveRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What operators see of the streams and do to them. Any thread. */
public final class StreamAdmin {

    private static final int PAGE = 500;

    private final StreamState state;
    private final Bindings bindings;
    private final Origins origins;

    public StreamAdmin(StreamState state) {
        this.state = state;
        this.bindings = state.bindings();
        this.origins = state.origins();
    }

    /** Bound streams in the order of their keys, beginning after one. */
    public List<StreamView> list(@Nullable StreamKey after, int limit, StreamFilter filter) {
        List<StreamView> found = new ArrayList<>();
        StreamKey from = after;
        List<Entry<StreamKey, Binding>> page;
        do {
            page = bindings.list(from, PAGE);
            for (Entry<StreamKey, Binding> entry : page) {
                from = entry.key();
                if (filter.accepts(entry.stored().value())) {
                    found.add(view(entry.stored().value()));
                }
                if (found.size() == limit) {
                    return List.copyOf(found);
                }
            }
        } while (page.size() == PAGE);
        return List.copyOf(found);
    }

    public Optional<StreamView> get(StreamKey stream) {
        return bindings.find(stream).map(stored -> view(stored.value()));
    }

    /** What workers carry to and from origins, one entry for each worker, stream and origin, in no order. */
    public List<Carried> carried() {
        return state.live().all();
    }

    /** A stream whose publisher is connected to an origin directly. */
    public record DirectStream(StreamKey stream, OriginId origin) {}

    /** Streams that only origins report, since their publishers came past the workers; in no order. */
    public List<DirectStream> direct() {
        return state.originPublishers().streams().stream()
                .flatMap(stream -> state.originPublishers().of(stream).stream())
                .map(direct -> new DirectStream(direct.stream(), direct.origin()))
                .toList();
    }

    public Optional<Binding> binding(StreamKey stream) {
        return bindings.find(stream).map(Versioned::value);
    }

    /** A decision that was taken here, while it is kept. */
    public Optional<DecisionRecord> decision(StreamKey stream, long epoch) {
        return bindings.decisions().of(stream, epoch);
    }

    /** The decision behind the binding that a stream has, while it is kept. */
    public Optional<DecisionRecord> whyThere(StreamKey stream) {
        return bindings.find(stream)
                .flatMap(
                        stored -> bindings.decisions().of(stream, stored.value().epoch()));
    }

    /**
     * Forgets where a stream lives; its sessions stay. If it is live, the next report of its publisher binds it there again.
     *
     * @return false if it was not bound
     */
    public boolean unbind(StreamKey stream, String actor) {
        return Attempt.decide(stream, () -> {
            Optional<Versioned<Binding>> stored = bindings.find(stream);
            if (stored.isEmpty()) {
                return Attempt.done(false);
            }
            // An origin that cannot be polled may have reported a publisher that left unnoticed.
            state.originPublishers().forget(stream);
            return bindings.remove(stored.get(), actor, "unbound on request") ? Attempt.done(true) : Attempt.again();
        });
    }

    /**
     * Moves a stream; workers end its sessions on other origins, so that publisher and viewers come back to the new one.
     *
     * @return empty if the stream is not bound
     * @throws InvalidFieldException naming {@code origin}, when that origin is not known or may not take the stream
     */
    public Optional<Binding> move(StreamKey stream, OriginId to, String actor) {
        Origin origin = fitFor(stream, to);
        return Attempt.decide(stream, () -> {
            Optional<Versioned<Binding>> stored = bindings.find(stream);
            if (stored.isEmpty()) {
                return Attempt.done(Optional.empty());
            }
            if (stored.get().value().origin().equals(to)) {
                return Attempt.done(stored.map(Versioned::value));
            }
            Assignment assignment = new Assignment(origin, Cause.MOVED, actor, "moved on request", null);
            return Attempt.ifWritten(bindings.put(stream, stored.get(), assignment), Optional::of);
        });
    }

    /** Why a stream is where it is, and where a new session would go; changes nothing. */
    public Explanation explain(StreamKey stream, Intent intent, Protocol protocol) {
        ResolveRequest request = new ResolveRequest("", stream, intent, protocol, List.of());
        Binding binding = bindings.find(stream).map(Versioned::value).orElse(null);
        Decision placement = state.placer().rehearse(PlacementRequest.of(request));
        DecisionRecord decision = whyThere(stream)
                .or(() -> binding == null ? bindings.decisions().last(stream) : Optional.empty())
                .orElse(null);
        Answer answer = switch (state.judge().judge(request, binding)) {
            case Verdict.Stay stay -> Answer.at(stay.origin().id(), stay.why());
            case Verdict.Adopt adopt -> Answer.at(adopt.origin().id(), adopt.why());
            case Verdict.Refuse refuse -> new Answer(refuse.outcome(), null, refuse.reason());
            case Verdict.Place place -> whereTo(place, placement);
            case Verdict.Wait wait ->
                state.placer()
                        .waitingPlace(PlacementRequest.of(request))
                        .map(place -> new Answer(
                                Outcome.PROVISIONAL,
                                place.id(),
                                wait.why() + "; a player waits at the first origin of its rendezvous order, "
                                        + place.displayName()))
                        .orElseGet(() -> new Answer(Outcome.NO_ORIGIN, null, wait.why() + "; " + placement.summary()));
        };
        return new Explanation(
                stream,
                intent,
                protocol,
                answer.outcome(),
                answer.origin(),
                answer.why(),
                binding,
                decision,
                placement);
    }

    private record Answer(Outcome outcome, @Nullable OriginId origin, String why) {

        static Answer at(OriginId origin, String why) {
            return new Answer(Outcome.BOUND, origin, why);
        }
    }

    private static Answer whereTo(Verdict.Place place, Decision placement) {
        String why = place.why() + "; " + placement.summary();
        return placement
                .chosen()
                .map(candidate -> Answer.at(candidate.origin(), why))
                .orElseGet(() -> place.otherwise() == null
                        ? new Answer(Outcome.NO_ORIGIN, null, why)
                        : Answer.at(place.otherwise().origin().id(), why));
    }

    private Origin fitFor(StreamKey stream, OriginId id) {
        Origin origin = origins.find(id)
                .orElseThrow(() -> new InvalidFieldException(
                        "origin",
                        "origin is '" + id + "', which is not known; GET /api/v1/origins lists those that are"));
        Protocol offered = Arrays.stream(Protocol.values())
                .filter(origin::offers)
                .findFirst()
                .orElse(Protocol.RTMP);
        Eligibility.objection(origin, offered, state.placer().ruleFor(stream))
                .or(() -> origins.unreachable(id) && origin.state() != OriginState.DOWN
                        ? Optional.of("refuses new connections")
                        : Optional.empty())
                .ifPresent(objection -> {
                    throw new InvalidFieldException(
                            "origin", "origin is '" + id + "' (" + origin.displayName() + "), which " + objection);
                });
        return origin;
    }

    private StreamView view(Binding binding) {
        return StreamView.of(
                binding,
                origins.nameOf(binding.origin()),
                state.publishers().isDirect(binding.stream(), binding.origin()),
                state.live().of(binding.stream()));
    }
}
