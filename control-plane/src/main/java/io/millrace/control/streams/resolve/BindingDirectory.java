package io.millrace.control.streams.resolve;

import io.millrace.control.events.EventLog;
import io.millrace.control.placement.Decision;
import io.millrace.control.placement.Decision.Candidate;
import io.millrace.control.placement.PlacementRequest;
import io.millrace.control.registry.Origins;
import io.millrace.control.store.StoreUnavailableException;
import io.millrace.control.store.Versioned;
import io.millrace.control.streams.StreamDirectory;
import io.millrace.control.streams.StreamDirectory.Eviction;
import io.millrace.control.streams.binding.Assignment;
import io.millrace.control.streams.binding.Attempt;
import io.millrace.control.streams.binding.Bindings;
import io.millrace.control.streams.live.Carried;
import io.millrace.control.streams.live.LiveStreams;
import io.millrace.control.streams.live.OriginPublishers;
import io.millrace.control.streams.resolve.Judge.Verdict;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.Binding;
import io.millrace.model.Binding.Cause;
import io.millrace.model.Origin;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.ResolveAnswer;
import io.millrace.model.wire.ResolveAnswer.Outcome;
import io.millrace.model.wire.ResolveRequest;
import io.millrace.model.wire.StreamReport;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Answers where streams live, and takes in what workers report. Any thread: of decisions about one stream that are taken at once, here
 * or on another control plane, compare-and-set lets one through, and the others are taken again. No lock is held while the store is asked.
 */
public final class BindingDirectory implements StreamDirectory {

    private final Origins origins;
    private final SteadyClock clock;
    private final LiveStreams live;
    private final OriginPublishers originPublishers;
    private final Bindings bindings;
    private final StreamPlacer placer;
    private final Judge judge;
    private final WaitingPlaces waiting = new WaitingPlaces();
    private final SlowOrigins slowOrigins;
    private final ReportSettlement settlement;

    public BindingDirectory(StreamState state, EventLog events, SteadyClock clock) {
        this.origins = state.origins();
        this.clock = clock;
        this.live = state.live();
        this.originPublishers = state.originPublishers();
        this.bindings = state.bindings();
        this.placer = state.placer();
        this.judge = state.judge();
        this.slowOrigins = new SlowOrigins(state);
        this.settlement = new ReportSettlement(state, events);
    }

    @Override
    public Optional<ResolveAnswer> settled(ResolveRequest request) {
        if (!request.asksOnlyWhere()) {
            return Optional.empty();
        }
        Binding binding = bindings.find(request.stream()).map(Versioned::value).orElse(null);
        return judge.judge(request, binding) instanceof Verdict.Stay stay && bindings.touch(request.stream())
                ? Optional.of(ResolveAnswer.bound(stay.binding(), stay.origin()))
                : Optional.empty();
    }

    @Override
    public ResolveAnswer resolve(ResolveRequest request) {
        request.failed().forEach(failure -> origins.observe(request.worker(), failure));
        try {
            return Attempt.decide(request.stream(), () -> attempt(request));
        } catch (StoreUnavailableException away) {
            return ResolveAnswer.none(Outcome.UNDECIDED, "nothing can be decided now: " + away.getMessage());
        }
    }

    @Override
    public List<Eviction> settle(List<Carried> carried) {
        return settlement.settle(carried);
    }

    @Override
    public void carriedElsewhere(String worker, List<StreamReport> streams) {
        var _ = take(worker, streams);
    }

    @Override
    public List<Carried> take(String worker, List<StreamReport> streams) {
        streams.stream().mapToLong(StreamReport::epoch).max().ifPresent(bindings::epochSeen);
        List<Carried> carried = live.replace(worker, streams, clock.instant());
        for (Carried leg : carried) {
            if (leg.hasPublisher()) {
                bindings.arrived(leg.stream());
                originPublishers.carried(leg.stream(), leg.origin(), leg.reportedAt());
            }
        }
        return carried;
    }

    @Override
    public List<StreamReport> reported(String worker) {
        return live.reported(worker);
    }

    @Override
    public void forget(String worker) {
        live.forget(worker);
    }

    @Override
    public int size() {
        return bindings.size();
    }

    @Override
    public int carried() {
        return live.size();
    }

    private Attempt<ResolveAnswer> attempt(ResolveRequest request) {
        ResolveRequest.Claim claim = request.claim();
        Optional<Attempt<ResolveAnswer>> granted =
                claim == null ? Optional.empty() : slowOrigins.granted(request, claim);
        Attempt<ResolveAnswer> attempt = granted.orElseGet(() -> decided(request));
        OriginObservation slow = request.slow();
        return slow != null && attempt instanceof Attempt.Done<ResolveAnswer>(ResolveAnswer answer)
                ? Attempt.done(slowOrigins.withOther(request, slow, answer))
                : attempt;
    }

    private Attempt<ResolveAnswer> decided(ResolveRequest request) {
        StreamKey stream = request.stream();
        Versioned<Binding> stored = bindings.find(stream).orElse(null);
        return switch (judge.judge(request, stored == null ? null : stored.value())) {
            case Verdict.Stay stay -> stay(stay);
            case Verdict.Refuse refuse -> Attempt.done(ResolveAnswer.none(refuse.outcome(), refuse.reason()));
            case Verdict.Adopt adopt ->
                put(stream, stored, new Assignment(adopt.origin(), Cause.ADOPTED, "system", adopt.why(), null));
            case Verdict.Place place -> place(request, stored, place);
            case Verdict.Wait wait -> Attempt.done(waitFor(request, wait));
        };
    }

    private Attempt<ResolveAnswer> stay(Verdict.Stay stay) {
        return bindings.touch(stay.binding().stream())
                ? Attempt.done(ResolveAnswer.bound(stay.binding(), stay.origin()))
                : Attempt.again();
    }

    private Attempt<ResolveAnswer> place(
            ResolveRequest request, @Nullable Versioned<Binding> stored, Verdict.Place place) {
        String actor = "worker " + request.worker();
        PlacementRequest wanted = PlacementRequest.of(request);
        Decision decision = whereTheyWait(request.stream())
                .flatMap(origin -> placer.placeAt(origin, wanted))
                .orElseGet(() -> placer.place(wanted));
        Optional<Origin> chosen = decision.chosen().map(Candidate::origin).flatMap(origins::find);
        if (chosen.isEmpty()) {
            if (place.otherwise() != null) {
                return stay(place.otherwise());
            }
            bindings.refused(request.stream(), actor, decision);
            return Attempt.done(ResolveAnswer.none(Outcome.NO_ORIGIN, place.why() + "; " + decision.summary()));
        }
        Origin origin = chosen.get();
        if (stored != null && stored.value().origin().equals(origin.id())) {
            return stay(new Verdict.Stay(stored.value(), origin, "there is no other"));
        }
        String why = place.why() + "; " + decision.summary();
        return put(request.stream(), stored, new Assignment(origin, Cause.PLACED, actor, why, decision));
    }

    private Attempt<ResolveAnswer> put(StreamKey stream, @Nullable Versioned<Binding> stored, Assignment assignment) {
        return Attempt.ifWritten(
                bindings.put(stream, stored, assignment), binding -> ResolveAnswer.bound(binding, assignment.origin()));
    }

    /** Writes nothing and is no event: requests for made up names leave nothing behind. */
    private ResolveAnswer waitFor(ResolveRequest request, Verdict.Wait wait) {
        PlacementRequest wanted = PlacementRequest.of(request);
        Optional<Origin> place = placer.waitingPlace(wanted);
        place.ifPresent(origin -> waiting.note(request.stream(), origin.id(), clock.instant()));
        return place.map(ResolveAnswer::provisional)
                .orElseGet(() -> ResolveAnswer.none(
                        Outcome.NO_ORIGIN,
                        wait.why() + "; " + placer.rehearse(wanted).summary()));
    }

    /** The origin at which most players wait for the stream, so that its publisher comes to them. */
    private Optional<Origin> whereTheyWait(StreamKey stream) {
        return live.of(stream).stream()
                .filter(leg -> leg.viewers() > 0)
                .collect(Collectors.groupingBy(Carried::origin, TreeMap::new, Collectors.summingInt(Carried::viewers)))
                .entrySet()
                .stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .or(() -> waiting.find(stream, clock.instant()))
                .flatMap(origins::find);
    }

    /** How many streams players were sent to wait for, as far as that is still remembered. */
    int waiting() {
        return waiting.size(clock.instant());
    }
}
