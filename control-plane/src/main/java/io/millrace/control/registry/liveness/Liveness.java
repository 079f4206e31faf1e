package io.millrace.control.registry.liveness;

import io.millrace.control.registry.origin.Failures;
import io.millrace.control.registry.origin.KnownOrigin;
import io.millrace.control.registry.probe.ProbeResult;
import io.millrace.control.registry.probe.ProbeTarget;
import io.millrace.model.Incarnation;
import io.millrace.model.OriginState;
import io.millrace.model.wire.OriginObservation;
import java.time.Duration;
import java.time.Instant;

/**
 * The state machine of an origin: what each sign means for its state. Pure; the caller brings the time and keeps the result.
 *
 * <p>Silence is not death: who is silent is suspect and probed, and down only when no probe is answered either. One worker's report is
 * a question; it counts when a probe or another worker agrees. What failed again and again has to answer for longer each time before it
 * is used again.
 */
public final class Liveness {

    static final int PROBES_UNTIL_DOWN = 3;

    /** One probe may be lost on a busy machine; a worker's report or a refusal makes it certain at once. */
    private static final int PROBES_UNTIL_FAILING = 2;

    /** Against probes that are answered, the only worker there is must fail so often to be believed. */
    static final int REPORTS_OF_THE_ONLY_WORKER = 3;

    /** For so long another worker may agree with a report. */
    public static final Duration REPORT_MEMORY = Duration.ofSeconds(30);

    /** For each failure that is held against it, it has to be up for so long. */
    public static final Duration FORGIVEN_AFTER = Duration.ofMinutes(1);

    public static final Duration LONGEST_PROBATION = Duration.ofMinutes(5);

    private final RegistrySettings settings;

    public Liveness(RegistrySettings settings) {
        this.settings = settings;
    }

    /** It registered. The description is already the new one; {@code before} is the run that was known. */
    public KnownOrigin afterBeat(KnownOrigin origin, Incarnation before, Instant day) {
        KnownOrigin beating = origin.withSigns(origin.signs().withBeat(day));
        Incarnation now = origin.described().incarnation();
        if (!before.equals(now) && !before.equals(Incarnation.UNKNOWN)) {
            KnownOrigin restarted = beating.withFailures(origin.failures().restarted());
            return restarted.failures().phase() == Failures.Phase.PROBATION
                    ? told(restarted, OriginState.SUSPECT, "it was restarted; " + damped(restarted.failures()), day)
                    : moved(restarted, OriginState.UP, "it was restarted", day);
        }
        return switch (origin.failures().phase()) {
            case NONE -> moved(beating, OriginState.UP, "it beats", day);
            case PROBATION -> beating;
            // A process that hangs or whose port is gone may still beat, or another process beats for it.
            case FAILING ->
                origin.state() == OriginState.DOWN
                        ? told(beating, OriginState.SUSPECT, "it beats, but connections to it fail", day)
                        : beating;
        };
    }

    /**
     * A worker could not connect.
     *
     * @param only whether there is no other worker
     */
    public KnownOrigin afterReport(
            KnownOrigin origin, String worker, OriginObservation observation, boolean only, Instant day) {
        if (origin.failures().phase() == Failures.Phase.FAILING) {
            return origin;
        }
        Failures next = origin.failures().with(worker, observation);
        int times = next.of(worker).map(Failures.Report::times).orElse(0);
        KnownOrigin reported = origin.withFailures(next);
        boolean agreed = next.reports().size() > 1 || (only && times >= REPORTS_OF_THE_ONLY_WORKER);
        return agreed && !next.equals(origin.failures())
                ? failing(reported, OriginState.SUSPECT, next.who(), day)
                : reported;
    }

    /** The probe that followed a worker's report. */
    public KnownOrigin afterCheck(KnownOrigin origin, ProbeResult result, Instant day) {
        Failures failures = origin.failures();
        boolean agrees = (result.isRefused() || result.isUnanswered())
                && !failures.reports().isEmpty();
        return agrees && failures.phase() != Failures.Phase.FAILING
                ? found(origin, OriginState.SUSPECT, failures.who() + "; a probe failed too: " + result.detail(), day)
                : origin;
    }

    /** One of the probes that go on while it is not certain that it lives. */
    public KnownOrigin afterProbe(KnownOrigin origin, Watched watched, ProbeResult result, Instant now, Instant day) {
        return result.isAnswered()
                ? afterAnswer(origin, watched, now, day)
                : afterFailedProbe(origin, watched, result, now, day);
    }

    private KnownOrigin afterFailedProbe(
            KnownOrigin origin, Watched watched, ProbeResult result, Instant now, Instant day) {
        boolean never = origin.source().isProbed();
        int unanswered = watched.answers().unanswered();
        boolean overdue = !never && watched.silence(now).compareTo(timeToLive(watched)) > 0;
        boolean dead = result.isRefused() || unanswered >= PROBES_UNTIL_DOWN || overdue;
        if (dead && (never || isSilent(watched, now))) {
            String silence = never ? "" : "no beat for " + text(watched.silence(now)) + ", and ";
            String probes = result.isRefused() || unanswered < 2 ? "a probe failed: " : unanswered + " probes failed: ";
            return found(origin, OriginState.DOWN, silence + probes + result.detail(), day);
        }
        boolean certain = result.isRefused()
                || unanswered >= PROBES_UNTIL_FAILING
                || !origin.failures().reports().isEmpty();
        OriginState next = origin.state() == OriginState.DOWN ? OriginState.DOWN : OriginState.SUSPECT;
        String why = "a probe failed: " + result.detail();
        return certain ? found(origin, next, why, day) : moved(origin, next, why, day);
    }

    private KnownOrigin afterAnswer(KnownOrigin origin, Watched watched, Instant now, Instant day) {
        Failures failures = origin.failures();
        KnownOrigin next = origin;
        if (failures.phase() != Failures.Phase.NONE) {
            Duration calm = Duration.between(watched.calmSince(), now);
            if (calm.compareTo(probation(failures)) < 0) {
                return failures.phase() == Failures.Phase.FAILING
                        ? told(
                                origin.withFailures(failures.onProbation()),
                                OriginState.SUSPECT,
                                "it answers again; " + damped(failures),
                                day)
                        : origin;
            }
            next = origin.withFailures(failures.over());
        }
        return !origin.source().isProbed() && isSilent(watched, now)
                ? told(next, OriginState.SUSPECT, "no beats, but it answers probes", day)
                : moved(next, OriginState.UP, "it answers probes", day);
    }

    /** Time passed. */
    public KnownOrigin afterTime(KnownOrigin origin, Watched watched, Instant now, Instant day) {
        KnownOrigin next = learnt(origin, watched);
        next = forgiven(next, watched, now);
        boolean canBeProbed = ProbeTarget.of(origin.described()).isPresent();
        if (!canBeProbed) {
            next = withoutProbe(next, watched, now, day);
        }
        if (origin.source().isProbed() || next.state() == OriginState.DOWN || !isSilent(watched, now)) {
            return next;
        }
        String why = "no beat for " + text(watched.silence(now));
        if (!canBeProbed && watched.silence(now).compareTo(timeToLive(watched)) > 0) {
            return moved(next, OriginState.DOWN, why, day);
        }
        return moved(next, OriginState.SUSPECT, why, day);
    }

    /** Nothing but its beats tells that it can be used again. */
    private KnownOrigin withoutProbe(KnownOrigin origin, Watched watched, Instant now, Instant day) {
        Failures failures = origin.failures();
        Duration calm = Duration.between(watched.trouble().since(), now);
        boolean over = failures.phase() != Failures.Phase.NONE
                && calm.compareTo(max(settings.refusalHold(), probation(failures))) > 0
                && watched.rhythm().lastSign().isAfter(watched.trouble().since());
        return over
                ? moved(
                        origin.withFailures(failures.over()),
                        OriginState.UP,
                        "it beats, and no connection failed lately",
                        day)
                : origin;
    }

    /** Written only when it is another one: it costs a way to the store. */
    private static KnownOrigin learnt(KnownOrigin origin, Watched watched) {
        Duration interval = watched.rhythm().interval().orElse(Duration.ZERO);
        Duration known = origin.signs().interval();
        long apart =
                known == null ? Long.MAX_VALUE : interval.minus(known).abs().toMillis();
        return interval.isZero() || (known != null && apart * 5 < known.toMillis())
                ? origin
                : origin.withSigns(origin.signs().withInterval(interval));
    }

    private static KnownOrigin forgiven(KnownOrigin origin, Watched watched, Instant now) {
        Failures failures = origin.failures();
        if (failures.phase() != Failures.Phase.NONE) {
            return origin;
        }
        if (!failures.reports().isEmpty() && passed(watched.trouble().reportsSince(), now, REPORT_MEMORY)) {
            return origin.withFailures(failures.withoutReports());
        }
        return failures.lately() > 0
                        && origin.state() == OriginState.UP
                        && passed(watched.trouble().since(), now, FORGIVEN_AFTER)
                ? origin.withFailures(failures.forgivenOne())
                : origin;
    }

    /** For how long it has to answer before it is used again: the first time not at all, then longer each time. */
    Duration probation(Failures failures) {
        Duration unit = settings.refusalHold();
        Duration repeated =
                failures.lately() < 2 ? Duration.ZERO : unit.multipliedBy((1L << (failures.lately() - 1)) - 1);
        // A probe is answered at once after workers have failed: it does not see what they see.
        Duration reported = failures.reports().isEmpty() ? Duration.ZERO : unit;
        return min(max(repeated, reported), LONGEST_PROBATION);
    }

    private String damped(Failures failures) {
        return "failed " + failures.lately() + " times lately, used again after " + text(probation(failures))
                + " without a failure";
    }

    private boolean isSilent(Watched watched, Instant now) {
        return watched.silence(now).compareTo(suspectAfter(watched)) > 0;
    }

    /** Half an interval more than the origin needs, where that is known. */
    public Duration suspectAfter(Watched watched) {
        Duration own = watched.rhythm().interval().orElse(Duration.ZERO);
        return max(settings.suspectAfter(), own.multipliedBy(3).dividedBy(2));
    }

    private Duration timeToLive(Watched watched) {
        return suspectAfter(watched).plus(settings.timeToLive().minus(settings.suspectAfter()));
    }

    /** A probe failed: what workers reported is no longer needed, and the next answer shows that it is over. */
    private static KnownOrigin found(KnownOrigin origin, OriginState to, String reason, Instant day) {
        KnownOrigin failing = failing(origin, to, reason, day);
        return failing.withFailures(failing.failures().withoutReports());
    }

    /** Connections to it fail. */
    private static KnownOrigin failing(KnownOrigin origin, OriginState to, String reason, Instant day) {
        boolean news = origin.failures().phase() != Failures.Phase.FAILING || origin.state() != to;
        KnownOrigin failing = origin.withFailures(origin.failures().failing());
        return news ? told(failing, to, reason, day) : failing;
    }

    /** A reason of before stays while the state does. */
    private static KnownOrigin moved(KnownOrigin origin, OriginState to, String reason, Instant day) {
        return origin.state() == to ? origin : origin.withState(to, reason, day);
    }

    private static KnownOrigin told(KnownOrigin origin, OriginState to, String reason, Instant day) {
        return origin.state() == to && origin.standing().reason().equals(reason)
                ? origin
                : origin.withState(to, reason, day);
    }

    private static boolean passed(Instant since, Instant now, Duration time) {
        return Duration.between(since, now).compareTo(time) >= 0;
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private static String text(Duration silence) {
        return silence.toSeconds() >= 1 ? silence.toSeconds() + "s" : silence.toMillis() + "ms";
    }
}
