package io.millrace.control.registry.liveness;

import io.millrace.control.registry.origin.Failures;
import io.millrace.control.registry.origin.KnownOrigin;
import io.millrace.control.registry.probe.ProbeResult;
import io.millrace.model.OriginState;
import java.time.Duration;
import java.time.Instant;

/**
 * What the control plane that watches has seen of one origin, stamped by its own steady clock. Lost when another one takes over, which
 * then begins with a fresh grace for all.
 */
public record Watched(BeatRhythm rhythm, Answers answers, Trouble trouble, Life life) {

    /**
     * @param unanswered probes in a row that failed
     * @param since since when every probe was answered; meaningless while one is unanswered
     */
    record Answers(int unanswered, Instant since) {

        Answers with(boolean answered, Instant now) {
            if (!answered) {
                return new Answers(unanswered + 1, now);
            }
            return unanswered > 0 ? new Answers(0, now) : this;
        }
    }

    /**
     * @param failures as they were when it was last observed
     * @param since since when they are so, whatever is reported
     * @param reportsSince since when the reports are as they are
     */
    record Trouble(Failures failures, Instant since, Instant reportsSince) {

        Trouble observe(Failures now, Instant at) {
            boolean same = now.phase() == failures.phase() && now.lately() == failures.lately();
            return new Trouble(now, same ? since : at, now.reports().equals(failures.reports()) ? reportsSince : at);
        }
    }

    /**
     * @param wasUp whether it was ever up while it was watched, and more than a single registration says so
     * @param died when it began to look dead; {@link Instant#MIN} if that was not seen
     * @param downSince since when it is down, or not down, as far as it was watched
     */
    public record Life(boolean wasUp, boolean looksDead, Instant died, boolean down, Instant downSince) {

        Life observe(KnownOrigin origin, Instant now) {
            boolean up = isProven(origin);
            boolean dead = origin.looksDead();
            boolean downNow = origin.state() == OriginState.DOWN;
            Instant diedNow = dead && wasUp ? now : Instant.MIN;
            return new Life(
                    wasUp || up, dead, dead == looksDead ? died : diedNow, downNow, downNow == down ? downSince : now);
        }
    }

    /** Any host can register once under any name. */
    private static boolean isProven(KnownOrigin origin) {
        return origin.state() == OriginState.UP
                && (origin.source().isProbed() || origin.signs().beats() > 1);
    }

    public static Watched begin(KnownOrigin origin, Instant now) {
        return new Watched(
                BeatRhythm.begin(origin, now),
                new Answers(0, now),
                new Trouble(origin.failures(), now, now),
                new Life(isProven(origin), origin.looksDead(), Instant.MIN, origin.state() == OriginState.DOWN, now));
    }

    public Watched observe(KnownOrigin origin, Instant now) {
        return new Watched(
                rhythm.observe(origin, now),
                answers,
                trouble.observe(origin.failures(), now),
                life.observe(origin, now));
    }

    public Watched excused(Instant now) {
        return new Watched(rhythm.excused(now), answers, trouble, life);
    }

    public Watched probed(KnownOrigin origin, ProbeResult result, Instant now) {
        BeatRhythm next = rhythm;
        if (!result.isAnswered()) {
            next = rhythm.broken();
        } else if (origin.source().isProbed()) {
            next = rhythm.signOfLife(now);
        }
        return new Watched(next, answers.with(result.isAnswered(), now), trouble, life);
    }

    /** Since when nothing failed; meaningless while a probe is unanswered. */
    Instant calmSince() {
        return answers.since.isAfter(trouble.since) ? answers.since : trouble.since;
    }

    Duration silence(Instant now) {
        return Duration.between(rhythm.lastSign(), now);
    }
}
