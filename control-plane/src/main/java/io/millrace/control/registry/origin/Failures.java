package io.millrace.control.registry.origin;

import io.millrace.model.wire.OriginObservation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is known of connections to an origin that failed.
 *
 * @param lately how often it began to fail, less one for each minute in which it did not; what is written here damps the next return
 * @param reports of workers that could not reach it, and that are not confirmed yet or that are the reason of the phase
 */
public record Failures(Phase phase, int lately, List<Report> reports) {

    /** Where it is between one failure and being used again. */
    public enum Phase {
        NONE,
        /** A probe, or more than one worker, says that it cannot be reached. */
        FAILING,
        /** It answers again, but has to go on doing so for a while. */
        PROBATION
    }

    /**
     * @param times how many failures this worker told of
     * @param at the worker's own stamp of the newest one, by which it is known again when it is told twice
     */
    public record Report(String worker, String why, int times, Instant at) {

        @Override
        public String toString() {
            return "worker " + worker + ": " + why;
        }
    }

    public static final Failures NONE = new Failures(Phase.NONE, 0, List.of());

    /** Two that agree are enough. */
    private static final int MAX_REPORTS = 4;

    private static final int MAX_LATELY = 10;

    public Failures {
        reports = reports == null ? List.of() : List.copyOf(reports);
    }

    public Optional<Report> of(String worker) {
        return reports.stream().filter(report -> report.worker().equals(worker)).findFirst();
    }

    /** The same failure, told once more, changes nothing. */
    public Failures with(String worker, OriginObservation observation) {
        Optional<Report> before = of(worker);
        if (before.filter(known -> known.at().equals(observation.at())).isPresent()) {
            return this;
        }
        List<Report> next = new ArrayList<>(reports);
        before.ifPresent(next::remove);
        if (next.size() == MAX_REPORTS) {
            next.removeFirst();
        }
        String why = observation.failure().word() + (observation.detail().isEmpty() ? "" : ", " + observation.detail());
        next.add(new Report(worker, why, before.map(Report::times).orElse(0) + 1, observation.at()));
        return new Failures(phase, lately, next);
    }

    public Failures failing() {
        return phase == Phase.FAILING ? this : new Failures(Phase.FAILING, Math.min(lately + 1, MAX_LATELY), reports);
    }

    public Failures onProbation() {
        return new Failures(Phase.PROBATION, lately, reports);
    }

    /** It may be used again; that it failed lately is not forgotten. */
    public Failures over() {
        return new Failures(Phase.NONE, lately, List.of());
    }

    /** It was restarted. That is one more failure, unless it is the end of one that was counted already. */
    public Failures restarted() {
        int now = phase == Phase.NONE ? Math.min(lately + 1, MAX_LATELY) : lately;
        return new Failures(now > 1 ? Phase.PROBATION : Phase.NONE, now, List.of());
    }

    public Failures forgivenOne() {
        return new Failures(phase, lately - 1, reports);
    }

    public Failures withoutReports() {
        return new Failures(phase, lately, List.of());
    }

    public String who() {
        return reports.stream().map(Report::toString).collect(Collectors.joining("; "));
    }
}
