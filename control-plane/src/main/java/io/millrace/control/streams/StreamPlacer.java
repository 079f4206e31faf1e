package io.millrace.control.streams;

import io.millrace.control.config.ConfigRepository;
import io.millrace.control.placement.Decision;
import io.millrace.control.placement.OriginLoad;
import io.millrace.control.placement.Placement;
import io.millrace.control.placement.PlacementRequest;
import io.millrace.control.registry.Origins;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.PlacementRule;
import io.millrace.model.StreamKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** Brings rules, candidates, loads, chance and turns together for a placement. Any thread. */
final class StreamPlacer {

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

    PlacementRule ruleFor(StreamKey stream) {
        return config.current().rules().stream()
                .filter(rule -> rule.matches(stream))
                .findFirst()
                .orElse(PlacementRule.DEFAULT);
    }

    Decision place(PlacementRequest request) {
        PlacementRule rule = ruleFor(request.stream());
        return choose(request, rule, random, turnOf(rule).getAndIncrement());
    }

    /** What {@link #place} would say now, without taking a turn or a random number from anybody. */
    Decision rehearse(PlacementRequest request) {
        PlacementRule rule = ruleFor(request.stream());
        AtomicLong turn = turns.get(rule.name());
        return choose(request, rule, new SplittableRandom(request.stream().hashCode()), turn == null ? 0 : turn.get());
    }

    /** An origin that refuses connections is tried only when there is no other: it may just have come back. */
    private Decision choose(PlacementRequest request, PlacementRule rule, RandomGenerator chance, long turn) {
        List<Origin> all = origins.all();
        Map<OriginId, String> ruledOut = new HashMap<>(request.ruledOut());
        for (Origin origin : all) {
            if (origins.unreachable(origin.id())) {
                ruledOut.putIfAbsent(origin.id(), "refuses new connections");
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
