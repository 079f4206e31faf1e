package io.millrace.control.streams.resolve;

import io.millrace.control.config.ConfigRepository;
import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.placement.Decision;
import io.millrace.control.placement.Decision.Candidate;
import io.millrace.control.placement.PlacementRequest;
import io.millrace.control.registry.Origins;
import io.millrace.control.start.RebuildWindow;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.StoreUnavailableException;
import io.millrace.control.store.Versioned;
import io.millrace.control.streams.StreamDirectory;
import io.millrace.control.streams.StreamDirectory.Eviction;
import io.millrace.control.streams.StreamSettings;
import io.millrace.control.streams.binding.Assignment;
import io.millrace.control.streams.binding.Attempt;
import io.millrace.control.streams.binding.Bindings;
import io.millrace.control.streams.live.Carried;
import io.millrace.control.streams.live.LivePublishers;
import io.millrace.control.streams.live.LiveStreams;
import io.millrace.control.streams.live.OriginPublishers;
import io.millrace.control.streams.live.OriginTroubles;
import io.millrace.control.streams.resolve.Judge.Verdict;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.Admission;
import io.millrace.model.Binding;
import io.millrace.model.Binding.Cause;
import io.millrace.model.Intent;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.ResolveAnswer;
import io.millrace.model.wire.ResolveAnswer.Outcome;
import io.millrace.model.wire.ResolveRequest;
import io.millrace.model.wire.StreamReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Answers where streams live, and settles where workers report them. Any thread: of decisions about one stream that are taken at once, here
 * or on another control plane, compare-and-set lets one through, and the others are taken again. No lock is held while the store is asked.
 */
public final class BindingDirectory implements StreamDirectory {

    private static final Logger LOG = Logger.getLogger(BindingDirectory.class);

    private static final int MAX_ATTEMPTS = 100;

    private final Origins origins;
    private final EventLog events;
    private final SteadyClock clock;
    private final LiveStreams live = new LiveStreams();
    private final OriginPublishers originPublishers = new OriginPublishers();
    private final OriginTroubles troubles;
    private final LivePublishers publishers;
    private final WaitingPlaces waiting = new WaitingPlaces();
    private final Bindings bindings;
    private final StreamPlacer placer;
    private final Judge judge;
    private final SlowOrigins slowOrigins;

    /** @param random must be safe for use by any thread */
    public BindingDirectory(
            KeyedStore<StreamKey, Binding> store,
            Origins origins,
            ConfigRepository config,
            EventLog events,
            RebuildWindow rebuild,
            StreamSettings settings,
            SteadyClock clock,
            RandomGenerator random) {
        this.origins = origins;
        this.events = events;
        this.clock = clock;
        this.troubles = new OriginTroubles(origins, clock);
        this.publishers = new LivePublishers(live, originPublishers, troubles);
        this.bindings = new Bindings(store, origins, settings, events, clock);
        this.placer = new StreamPlacer(origins, config, bindings, random);
        this.judge = new Judge(origins, troubles, publishers, rebuild, clock);
        this.slowOrigins = new SlowOrigins(origins, bindings, publishers, placer);
        origins.onChange(troubles::update);
        origins.carriedBy(live::on);
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
            return decide(request.stream(), () -> attempt(request));
        } catch (StoreUnavailableException away) {
            return ResolveAnswer.none(Outcome.UNDECIDED, "nothing can be decided now: " + away.getMessage());
        }
    }

    @Override
    public List<Eviction> settle(List<Carried> carried) {
        List<Eviction> evictions = new ArrayList<>();
        for (Carried leg : carried) {
            if (isWhereItBelongs(leg)) {
                continue;
            }
            try {
                decide(leg.stream(), () -> settle(leg)).ifPresent(evictions::add);
            } catch (StoreUnavailableException away) {
                // Settled by a later report; until then no session is ended for what cannot be written.
                LOG.debugf("not settled stream=%s worker=%s why=\"%s\"", leg.stream(), leg.worker(), away.getMessage());
            }
        }
        return List.copyOf(evictions);
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

    /** Repeats an attempt until no other writer was quicker. */
    public <T> T decide(StreamKey stream, Supplier<Attempt<T>> attempt) {
        for (int i = 0; i < MAX_ATTEMPTS; i++) {
            if (attempt.get() instanceof Attempt.Done<T>(T result)) {
                return result;
            }
        }
        throw new IllegalStateException(
                "the binding of " + stream + " changed " + MAX_ATTEMPTS + " times while one decision was taken");
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
        PlacementRequest wanted = placementOf(request);
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
        PlacementRequest wanted = placementOf(request);
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

    public static PlacementRequest placementOf(ResolveRequest request) {
        Map<OriginId, String> tried = new HashMap<>();
        for (OriginObservation failure : request.failed()) {
            tried.put(
                    failure.origin(),
                    "was tried by this session (" + failure.failure().word() + ")");
        }
        OriginObservation slow = request.slow();
        if (slow != null) {
            tried.putIfAbsent(slow.origin(), "was dialled by this session and has not answered yet");
        }
        return new PlacementRequest(
                request.stream(), request.intent(), request.protocol(), tried, Set.copyOf(request.avoid()));
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
                .orElseGet(BindingDirectory::settled);
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

    public Bindings bindings() {
        return bindings;
    }

    /** How many streams players were sent to wait for, as far as that is still remembered. */
    int waiting() {
        return waiting.size(clock.instant());
    }

    public LiveStreams live() {
        return live;
    }

    public OriginPublishers originPublishers() {
        return originPublishers;
    }

    public LivePublishers publishers() {
        return publishers;
    }

    public OriginTroubles troubles() {
        return troubles;
    }

    public StreamPlacer placer() {
        return placer;
    }

    public Judge judge() {
        return judge;
    }

    public Origins origins() {
        return origins;
    }
}
