package io.millrace.control.streams.resolve;

import io.millrace.control.config.ConfigRepository;
import io.millrace.control.placement.Decision;
import io.millrace.control.placement.OriginLoad;
import io.millrace.control.placement.Placement;
import io.millrace.control.placement.PlacementRequest;
import io.millrace.control.registry.Origins;
import io.millrace.control.streams.binding.Bindings;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginState;
import io.millrace.model.StreamKey;
import io.millrace.model.placement.Eligibility;
import io.millrace.model.placement.PlacementRule;
import io.millrace.model.placement.Rendezvous;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** Brings rules, candidates, loads, chance and turns together for a placement. Any thread. */
public final class StreamPlacer {

    private final Origins origins;
    private final ConfigRepository config;
    private final Bindings bindings;
    private final RandomGenerator random;
    private final Map<String, AtomicLong> turns = new ConcurrentHashMap<>();

    /** @param random must be safe for use by any thread */
    StreamPlacer(Origins origins, ConfigRepository config, Bindings bindings, RandomGenerator random) {
        this.origins = origins;
        this.config = config;
        this.bindings = bindings;
        this.random = random;
    }

    public PlacementRule ruleFor(StreamKey stream) {
        return config.current().rules().stream()
                .filter(rule -> rule.matches(stream))
                .findFirst()
                .orElse(PlacementRule.DEFAULT);
    }

    public Decision place(PlacementRequest request) {
        PlacementRule rule = ruleFor(request.stream());
        return choose(request, rule, random, turnOf(rule).getAndIncrement());
    }

    /** What {@link #place} would say now, without taking a turn or a random number. */
    public Decision rehearse(PlacementRequest request) {
        PlacementRule rule = ruleFor(request.stream());
        AtomicLong turn = turns.get(rule.name());
        return choose(request, rule, new SplittableRandom(request.stream().hashCode()), turn == null ? 0 : turn.get());
    }

    /**
     * Where a player waits for a stream without a publisher: the first of the stream's rendezvous order, which every control plane and
     * every worker computes alike without telling each other anything.
     */
    public Optional<Origin> waitingPlace(PlacementRequest request) {
        PlacementRule rule = ruleFor(request.stream());
        List<Origin> untried = origins.all().stream()
                .filter(origin -> !request.ruledOut().containsKey(origin.id()))
                .toList();
        List<Origin> reachable = untried.stream()
                .filter(origin -> !origins.unreachable(origin.id()))
                .toList();
        return first(request, rule, reachable).or(() -> first(request, rule, untried));
    }

    private static Optional<Origin> first(PlacementRequest request, PlacementRule rule, List<Origin> candidates) {
        return Rendezvous.order(request.stream(), Eligibility.eligible(candidates, request.protocol(), rule)).stream()
                .findFirst();
    }

    /** The decision for an origin where players wait already; empty if it may not take the stream. */
    Optional<Decision> placeAt(Origin origin, PlacementRequest request) {
        PlacementRule rule = ruleFor(request.stream());
        if (origin.state() != OriginState.UP
                || origins.unreachable(origin.id())
                || request.ruledOut().containsKey(origin.id())
                || Eligibility.objection(origin, request.protocol(), rule).isPresent()) {
            return Optional.empty();
        }
        Map<OriginId, String> others = new HashMap<>();
        for (Origin other : origins.all()) {
            if (!other.id().equals(origin.id())) {
                others.put(other.id(), "is not " + origin.displayName() + ", where players wait for the stream");
            }
        }
        others.putAll(request.ruledOut());
        return Optional.of(choose(with(request, others), rule, random, 0));
    }

    /** An origin that refuses connections is tried only when there is no other: it may just have come back. */
    private Decision choose(PlacementRequest request, PlacementRule rule, RandomGenerator chance, long turn) {
        List<Origin> all = origins.all();
        Map<OriginId, String> ruledOut = new HashMap<>(request.ruledOut());
        for (Origin origin : all) {
            if (origins.unreachable(origin.id())) {
                ruledOut.putIfAbsent(origin.id(), "refuses new connections");
            } else if (request.avoid().contains(origin.id())) {
                ruledOut.putIfAbsent(origin.id(), "could not be reached by this worker a moment ago");
            }
        }
        Decision decision = Placement.choose(all, with(request, ruledOut), rule, this::load, chance, turn);
        return decision.chosen().isEmpty()
                        && ruledOut.size() > request.ruledOut().size()
                ? Placement.choose(all, request, rule, this::load, chance, turn)
                : decision;
    }

    private static PlacementRequest with(PlacementRequest request, Map<OriginId, String> ruledOut) {
        return new PlacementRequest(request.stream(), request.intent(), request.protocol(), ruledOut);
    }

    private AtomicLong turnOf(PlacementRule rule) {
        return turns.computeIfAbsent(rule.name(), name -> new AtomicLong());
    }

    /** Streams that were just bound count as a session each until a worker reports theirs. */
    private OriginLoad load(OriginId id) {
        OriginLoad known = origins.load(id);
        int awaited = bindings.awaitedOn(id);
        return awaited == 0 && known.sessions().isEmpty()
                ? known
                : new OriginLoad(
                        known.cpuPercent(), OptionalInt.of(known.sessions().orElse(0) + awaited), known.kbps());
    }
}
