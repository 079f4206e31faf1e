package io.millrace.control.placement;

import io.millrace.model.Origin;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Power of two choices: two origins are drawn (in proportion to their weights) and the lighter one is taken, so that many
 * placements between two reports do not all fall on the one origin that looked idle.
 *
 * <p>An origin's burden is the mean of its bitrate, sessions and CPU, each relative to the largest such figure among the
 * candidates, divided by its weight (in hundredths). A figure that an origin does not give is taken as the mean of those that
 * give it, so that silence neither draws streams nor repels them; a figure that no origin gives does not count; without any figure
 * all burdens are 0 and the weighted draw decides alone.
 */
final class LeastLoad {

    /** Each figure, NaN where the origin does not give it. */
    private static final List<ToDoubleFunction<OriginLoad>> FIGURES = List.of(
            load -> load.kbps().orElse(Double.NaN),
            load -> load.sessions().isPresent() ? load.sessions().getAsInt() : Double.NaN,
            load -> load.cpuPercent().orElse(Double.NaN));

    private LeastLoad() {}

    static List<Ranked> rank(Situation situation) {
        List<Origin> origins = situation.allowed();
        if (origins.size() == 1) {
            return List.of(new Ranked(origins.getFirst(), () -> "the only choice"));
        }
        List<Burdened> burdened = burdened(situation);
        int[] drawn = WeightedRandom.drawTwo(origins, situation.random());
        Burdened first = burdened.get(drawn[0]);
        Burdened second = burdened.get(drawn[1]);
        Burdened winner = first.burden() <= second.burden() ? first : second;
        Burdened loser = winner.equals(first) ? second : first;
        List<Ranked> ranked = new ArrayList<>(origins.size());
        ranked.add(new Ranked(
                winner.origin(),
                () -> winner.shown() + ", drawn together with " + loser.origin().displayName() + " (" + loser.shown()
                        + ")"));
        burdened.stream()
                .filter(other -> !other.equals(winner))
                .sorted(Comparator.comparingDouble(Burdened::burden)
                        .thenComparing(other -> other.origin().id()))
                .forEach(other -> ranked.add(new Ranked(
                        other.origin(),
                        other.equals(loser)
                                ? () -> other.shown() + ", drawn too"
                                : () -> other.shown() + ", not drawn")));
        return ranked;
    }

    private record Burdened(Origin origin, double burden) {

        String shown() {
            long thousandths = Math.round(burden * 1_000);
            String fraction = Long.toString(1_000 + thousandths % 1_000);
            return "burden " + thousandths / 1_000 + "." + fraction.substring(1);
        }
    }

    private static List<Burdened> burdened(Situation situation) {
        List<Origin> origins = situation.allowed();
        int size = origins.size();
        List<OriginLoad> loads = new ArrayList<>(size);
        for (Origin origin : origins) {
            loads.add(situation.loads().apply(origin.id()));
        }
        double[] sums = new double[size];
        int counted = 0;
        for (ToDoubleFunction<OriginLoad> figure : FIGURES) {
            counted += add(figure, loads, sums) ? 1 : 0;
        }
        List<Burdened> burdened = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            Origin origin = origins.get(i);
            double mean = counted == 0 ? 0 : sums[i] / counted;
            burdened.add(new Burdened(origin, mean * Origin.DEFAULT_WEIGHT / origin.weight()));
        }
        return burdened;
    }

    /** Adds one figure of every origin, as a part of the largest; false when no origin gives one above 0. */
    private static boolean add(ToDoubleFunction<OriginLoad> figure, List<OriginLoad> loads, double[] sums) {
        double largest = 0;
        double total = 0;
        int given = 0;
        for (OriginLoad load : loads) {
            double value = figure.applyAsDouble(load);
            if (makesSense(value)) {
                largest = Math.max(largest, value);
                total += value;
                given++;
            }
        }
        if (largest == 0) {
            return false;
        }
        for (int i = 0; i < sums.length; i++) {
            double own = figure.applyAsDouble(loads.get(i));
            sums[i] += (makesSense(own) ? own : total / given) / largest;
        }
        return true;
    }

    private static boolean makesSense(double figure) {
        return figure >= 0 && Double.isFinite(figure);
    }
}
