package io.millrace.control.placement;

import io.millrace.model.Origin;
import java.util.ArrayList;
import java.util.List;

/**
 * One origin after the other, an origin of twice the weight twice as often, its turns spread evenly over the round. Keeps no
 * state: the turn's number alone says whose turn it is.
 *
 * <p>In a round of W turns (W is the sum of the weights) the k-th turn of an origin with weight w is due at the time
 * (2k + 1) * W / 2w; turns are taken in the order of these times, at equal times in the order of the ids.
 */
final class RoundRobin {

    private RoundRobin() {}

    static List<Ranked> rank(Situation situation) {
        List<Origin> origins = situation.allowed();
        int first = whoseTurn(weightsInLowestTerms(origins), situation.turn());
        List<Ranked> ranked = new ArrayList<>();
        long turn = situation.turn();
        ranked.add(new Ranked(origins.get(first), () -> "turn " + turn + " of the round-robin"));
        for (int i = 1; i < origins.size(); i++) {
            int after = i;
            ranked.add(new Ranked(
                    origins.get((first + i) % origins.size()), () -> after + " after the one whose turn it is"));
        }
        return ranked;
    }

    private static long[] weightsInLowestTerms(List<Origin> origins) {
        long divisor = origins.stream().mapToLong(Origin::weight).reduce(0, RoundRobin::greatestCommonDivisor);
        return origins.stream().mapToLong(origin -> origin.weight() / divisor).toArray();
    }

    private static long greatestCommonDivisor(long a, long b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }

    private static int whoseTurn(long[] weights, long turn) {
        long round = 0;
        for (long weight : weights) {
            round += weight;
        }
        long slot = Math.floorMod(turn, round);
        // Skip what is certainly past: before time t at most t + n/2 turns are due, so from slot - n on is near enough.
        long from = Math.max(0, slot - weights.length);
        long[] taken = new long[weights.length];
        long sum = 0;
        for (int i = 0; i < weights.length; i++) {
            taken[i] = turnsDueBefore(from, weights[i], round);
            sum += taken[i];
        }
        int next = earliestDue(weights, taken);
        while (sum < slot) {
            taken[next]++;
            sum++;
            next = earliestDue(weights, taken);
        }
        return next;
    }

    /** How many k have (2k + 1) * round / 2w below the time. */
    private static long turnsDueBefore(long time, long weight, long round) {
        return time == 0 ? 0 : ((2 * weight * time - 1) / round + 1) / 2;
    }

    private static int earliestDue(long[] weights, long[] taken) {
        int best = 0;
        for (int i = 1; i < weights.length; i++) {
            if ((2 * taken[i] + 1) * weights[best] < (2 * taken[best] + 1) * weights[i]) {
                best = i;
            }
        }
        return best;
    }
}
