package io.millrace.control.placement;

import io.millrace.control.placement.PlacementPolicy.Ranked;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * Power of two choices: two origins are drawn (in proportion to their weights) and the lighter one is taken, so that many
 * placements between two reports do not all fall on the one origin that looked idle.
 *
 * <p>An origin's burden is the mean of its bitrate, sessions and CPU, each relative to the largest such figure among the
 * candidates, divided by its weight (in hundredths). A figure that an origin does not give is taken as the mean of those that
 * give it, so that silence neither draws streams nor repels them; a figure that nobody gives does not count; without any figure
 * all burdens are 0 and the weighted draw decides alone.
 */
final class LeastLoad {

    private static final List<Function<OriginLoad, OptionalDouble>> FIGURES = List.of(
            OriginLoad::kbps,
            load -> load.sessions().isPresent()
                    ? OptionalDouble.of(load.sessions().getAsInt())
                    : OptionalDouble.empty(),
            OriginLoad::cpuPercent);

    private LeastLoad() {}

    static List<Ranked> rank(Situation situation) {
        List<Origin> drawn = WeightedRandom.draw(situation.allowed(), situation.random());
        Map<OriginId, Double> burdens = burdens(situation);
        Comparator<Origin> lighter = Comparator.comparingDouble(origin -> burdens.getOrDefault(origin.id(), 0.0));
        Origin first = drawn.getFirst();
        List<Ranked> ranked = new ArrayList<>();
        if (drawn.size() == 1) {
            ranked.add(new Ranked(first, "the only choice"));
            return ranked;
        }
        Origin second = drawn.get(1);
        Origin winner = lighter.compare(first, second) <= 0 ? first : second;
        Origin loser = winner.equals(first) ? second : first;
        ranked.add(new Ranked(
                winner,
                "burden %s, drawn together with %s (burden %s)"
                        .formatted(shown(burdens, winner), loser.displayName(), shown(burdens, loser))));
        situation.allowed().stream()
                .filter(origin -> !origin.equals(winner))
                .sorted(lighter.thenComparing(Origin::id))
                .forEach(origin -> ranked.add(new Ranked(
                        origin,
                        "burden " + shown(burdens, origin) + (origin.equals(loser) ? ", drawn too" : ", not drawn"))));
        return ranked;
    }

    private static Map<OriginId, Double> burdens(Situation situation) {
        List<Origin> origins = situation.allowed();
        List<OriginLoad> loads = origins.stream()
                .map(origin -> situation.loads().apply(origin.id()))
                .toList();
        double[] sums = new double[origins.size()];
        int counted = 0;
        for (Function<OriginLoad, OptionalDouble> figure : FIGURES) {
            double[] given = loads.stream()
                    .map(figure)
                    .flatMapToDouble(OptionalDouble::stream)
                    .filter(LeastLoad::makesSense)
                    .toArray();
            double largest = 0;
            double total = 0;
            for (double value : given) {
                largest = Math.max(largest, value);
                total += value;
            }
            if (largest == 0) {
                continue;
            }
            counted++;
            for (int i = 0; i < sums.length; i++) {
                OptionalDouble own = figure.apply(loads.get(i));
                double value =
                        own.isPresent() && makesSense(own.getAsDouble()) ? own.getAsDouble() : total / given.length;
                sums[i] += value / largest;
            }
        }
        Map<OriginId, Double> burdens = new HashMap<>();
        for (int i = 0; i < sums.length; i++) {
            double mean = counted == 0 ? 0 : sums[i] / counted;
            burdens.put(
                    origins.get(i).id(),
                    mean * Origin.DEFAULT_WEIGHT / origins.get(i).weight());
        }
        return burdens;
    }

    private static boolean makesSense(double figure) {
        return figure >= 0 && Double.isFinite(figure);
    }

    private static String shown(Map<OriginId, Double> burdens, Origin origin) {
        return String.format(Locale.ROOT, "%.3f", burdens.getOrDefault(origin.id(), 0.0));
    }
}
