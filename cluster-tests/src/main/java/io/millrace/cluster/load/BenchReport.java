package io.millrace.cluster.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The table that people read: medians over the rounds, and ratios within each round. */
final class BenchReport {

    private static final String ROW = "%-14s %10s %12s %14s %14s %8s %9s";

    /** The part of the machine that publishers and viewers may take. */
    private static final double MOST_LOAD = 0.6;

    private final List<Round> rounds;
    private final Contest contest;

    BenchReport(List<Round> rounds, Contest contest) {
        this.contest = contest;
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
                    contest.cpuBudget(),
                    kept(ratio <= contest.cpuBudget())));
        }
        double added = median(of(RelayPath.MILLRACE), round -> added(round, Round::delayP50));
        if (Double.isFinite(contest.delayBudgetMillis()) && !Double.isNaN(added)) {
            lines.add(String.format(
                    Locale.ROOT,
                    "Millrace adds %.2f ms to half of the frames (median); the budget is %.2f ms: %s",
                    added,
                    contest.delayBudgetMillis(),
                    kept(added <= contest.delayBudgetMillis())));
        }
        double load = median(rounds, Round::loadCores);
        int cores = Runtime.getRuntime().availableProcessors();
        lines.add(String.format(
                Locale.ROOT,
                "publishers and viewers kept %.2f of %d cores busy (median)%s",
                load,
                cores,
                load > cores * MOST_LOAD ? ": too much for figures that mean something" : ""));
        return lines;
    }

    private static String kept(boolean is) {
        return is ? "kept" : "missed";
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
