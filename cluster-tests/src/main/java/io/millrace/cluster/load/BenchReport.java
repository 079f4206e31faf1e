package io.millrace.cluster.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The table that people read: medians over the rounds, and ratios within each round. */
final class BenchReport {

    private static final String ROW = "%-14s %10s %12s %14s %14s %8s %9s";

    private final List<Round> rounds;
    private final double budget;

    /** @param budget how much CPU Millrace may need for what the better peer needs 1 for */
    BenchReport(List<Round> rounds, double budget) {
        this.budget = budget;
        this.rounds = List.copyOf(rounds);
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                ROW,
                "path",
                "CPU s/GB",
                "to best peer",
                "added p50 ms",
                "added p99 ms",
                "lost",
                "RSS MB"));
        for (RelayPath path : RelayPath.values()) {
            List<Round> own = of(path);
            if (!own.isEmpty()) {
                lines.add(row(path, own));
            }
        }
        double ratio = median(of(RelayPath.MILLRACE), this::ratio);
        if (!Double.isNaN(ratio)) {
            lines.add(String.format(
                    Locale.ROOT,
                    "Millrace needs %.2f of the better C peer's CPU in the same round (median); the budget is %.2f: %s",
                    ratio,
                    budget,
                    ratio <= budget ? "kept" : "missed"));
        }
        return lines;
    }

    private String row(RelayPath path, List<Round> own) {
        boolean direct = path == RelayPath.DIRECT;
        return String.format(
                Locale.ROOT,
                ROW,
                direct ? "direct (origin)" : path.word(),
                number(median(own, Round::cpuSecondsPerGigabyte)),
                direct ? "" : number(median(own, this::ratio)),
                direct
                        ? "(" + number(median(own, Round::delayP50)) + ")"
                        : number(median(own, r -> added(r, Round::delayP50))),
                direct
                        ? "(" + number(median(own, Round::delayP99)) + ")"
                        : number(median(own, r -> added(r, Round::delayP99))),
                own.stream().mapToInt(Round::lost).sum() + "/"
                        + own.stream().mapToInt(Round::viewers).sum(),
                number(median(own, Round::residentMegabytes)));
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.2f", value);
    }

    private List<Round> of(RelayPath path) {
        return rounds.stream().filter(round -> round.path() == path).toList();
    }

    /** CPU relative to the cheaper peer of the same round. */
    private double ratio(Round round) {
        double best = rounds.stream()
                .filter(other -> other.round() == round.round() && other.path().isPeer())
                .mapToDouble(Round::cpuSecondsPerGigabyte)
                .filter(value -> !Double.isNaN(value))
                .min()
                .orElse(Double.NaN);
        return round.cpuSecondsPerGigabyte() / best;
    }

    /** Delay beyond that of the direct path in the same round. */
    private double added(Round round, ToDoubleFunction<Round> delay) {
        double direct = rounds.stream()
                .filter(other -> other.round() == round.round() && other.path() == RelayPath.DIRECT)
                .mapToDouble(delay)
                .findFirst()
                .orElse(Double.NaN);
        return delay.applyAsDouble(round) - direct;
    }

    static double median(List<Round> own, ToDoubleFunction<Round> value) {
        double[] sorted = own.stream()
                .mapToDouble(value)
                .filter(v -> !Double.isNaN(v))
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1
                ? sorted[middle]
                : Arrays.stream(sorted, middle - 1, middle + 1).average().orElse(Double.NaN);
    }
}
