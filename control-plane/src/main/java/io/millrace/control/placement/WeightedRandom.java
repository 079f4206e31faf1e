package io.millrace.control.placement;

import io.millrace.model.Origin;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/** Origins drawn one after the other, each draw in proportion to the weights of those that are left. */
final class WeightedRandom {

    private WeightedRandom() {}

    private record Drawn(Origin origin, double arrival) {}

    static List<Ranked> rank(Situation situation) {
        long total = situation.allowed().stream().mapToLong(Origin::weight).sum();
        return draw(situation.allowed(), situation.random()).stream()
                .map(origin -> new Ranked(origin, () -> "drawn with weight " + origin.weight() + " of " + total))
                .toList();
    }

    /**
     * Each origin arrives after an exponentially distributed time whose rate is its weight; the order of arrival is the order
     * of weighted draws without replacement (Efraimidis and Spirakis).
     */
    static List<Origin> draw(List<Origin> origins, RandomGenerator random) {
        return origins.stream()
                .map(origin -> new Drawn(origin, random.nextExponential() / origin.weight()))
                .sorted(Comparator.comparingDouble(Drawn::arrival))
                .map(Drawn::origin)
                .toList();
    }

    /** Where the first two of such a draw stand in the list, which has at least two; without putting the others in order. */
    static int[] drawTwo(List<Origin> origins, RandomGenerator random) {
        int first = -1;
        int second = -1;
        double firstArrival = Double.POSITIVE_INFINITY;
        double secondArrival = Double.POSITIVE_INFINITY;
        for (int i = 0; i < origins.size(); i++) {
            double arrival = random.nextExponential() / origins.get(i).weight();
            if (first < 0 || arrival < firstArrival) {
                second = first;
                secondArrival = firstArrival;
                first = i;
                firstArrival = arrival;
            } else if (second < 0 || arrival < secondArrival) {
                second = i;
                secondArrival = arrival;
            }
        }
        return new int[] {first, second};
    }
}
