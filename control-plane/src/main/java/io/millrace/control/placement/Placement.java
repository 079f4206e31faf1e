package io.millrace.control.placement;

import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.placement.Eligibility;
import io.millrace.model.placement.PlacementRule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Chooses the origin for a stream. */
public final class Placement {

    private Placement() {}

    /**
     * @param loads what is known of an origin's load; {@link OriginLoad#UNKNOWN} where nothing is
     * @param turn the position of round-robin; the caller advances it
     */
    public static Decision choose(
            Collection<Origin> candidates,
            PlacementRequest request,
            PlacementRule rule,
            Function<OriginId, OriginLoad> loads,
            RandomGenerator random,
            long turn) {
        List<Origin> byId =
                candidates.stream().sorted(Comparator.comparing(Origin::id)).toList();
        List<Origin> notRuledOut = byId.stream()
                .filter(origin -> !request.ruledOut().containsKey(origin.id()))
                .toList();
        List<Origin> allowed = Eligibility.eligible(notRuledOut, request.protocol(), rule);
        List<Ranked> ranked = new ArrayList<>(byId.size());
        if (!allowed.isEmpty()) {
            Situation situation = new Situation(request.stream(), allowed, loads, random, turn);
            ranked.addAll(PlacementPolicy.of(rule.policy()).rank(situation));
        }
        Set<OriginId> chosen = allowed.stream().map(Origin::id).collect(Collectors.toSet());
        byId.stream().filter(origin -> !chosen.contains(origin.id())).forEach(origin -> {
            String objection = objection(origin, request, rule);
            ranked.add(new Ranked(origin, false, () -> objection));
        });
        return new Decision(rule.name(), rule.policy(), new Ranking(ranked));
    }

    private static String objection(Origin origin, PlacementRequest request, PlacementRule rule) {
        String ruledOut = request.ruledOut().get(origin.id());
        if (ruledOut != null) {
            return ruledOut;
        }
        return Eligibility.objection(origin, request.protocol(), rule).orElse("is suspect while others are up");
    }
}
