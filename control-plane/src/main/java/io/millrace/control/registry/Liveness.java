package io.millrace.control.registry;

import io.millrace.control.registry.KnownOrigin.Refusals;
import io.millrace.model.Incarnation;
import io.millrace.model.OriginState;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of an origin: what each sign means for its state. Pure; the caller brings the time and keeps the result.
 *
 * <p>A state changes only in {@link #moved}; {@link OriginRegistry} logs what comes out of it.
 */
final class Liveness {

    static final int PROBES_UNTIL_DOWN = 3;

    private final RegistrySettings settings;

    Liveness(RegistrySettings settings) {
        this.settings = settings;
    }

    /** It registered. The description is already the new one; {@code before} is the run that was known. */
    KnownOrigin afterBeat(KnownOrigin origin, Incarnation before, Instant now) {
        KnownOrigin beating = origin.withSigns(origin.signs().withBeat(now));
        boolean restarted = !before.equals(origin.described().incarnation());
        Instant refusal = origin.refusals().last();
        if (restarted || refusal == null) {
            KnownOrigin cleared = beating.withRefusals(Refusals.NONE);
            return moved(cleared, OriginState.UP, restarted && refusal != null ? "it was restarted" : "it beats", now);
        }
        if (Duration.between(refusal, now).compareTo(settings.refusalHold()) > 0) {
            return moved(
                    beating.withRefusals(Refusals.NONE),
                    OriginState.UP,
                    "it beats, and no connection failed lately",
                    now);
        }
        // It lives, but connections to it failed a moment ago: a process that hangs or whose port is gone may still
        // beat.
        return origin.state() == OriginState.DOWN
                ? moved(beating, OriginState.SUSPECT, "it beats, but connections to it failed", now)
                : beating;
    }

    /** Somebody could not connect. */
    KnownOrigin afterRefusal(KnownOrigin origin, String why, Instant now) {
        KnownOrigin refusing = origin.withRefusals(origin.refusals().withOne(now));
        return origin.state() == OriginState.UP ? moved(refusing, OriginState.SUSPECT, why, now) : refusing;
    }

    KnownOrigin afterProbe(KnownOrigin origin, @Nullable String failure, Instant now) {
        if (failure == null) {
            return moved(
                    origin.withSigns(origin.signs().withOther(now)).withRefusals(Refusals.NONE),
                    OriginState.UP,
                    "a probe connected",
                    now);
        }
        KnownOrigin refusing = origin.withRefusals(origin.refusals().withFailedProbe(now));
        int failed = refusing.refusals().failedProbes();
        if (failed >= PROBES_UNTIL_DOWN) {
            return moved(refusing, OriginState.DOWN, failed + " probes in a row failed: " + failure, now);
        }
        return origin.state() == OriginState.UP
                ? moved(refusing, OriginState.SUSPECT, "a probe failed: " + failure, now)
                : refusing;
    }

    /** Time passed. */
    KnownOrigin afterSilence(KnownOrigin origin, Instant now) {
        if (origin.source().isProbed()) {
            return origin;
        }
        Duration silence = Duration.between(origin.signs().last(), now);
        if (origin.state() != OriginState.DOWN && silence.compareTo(settings.timeToLive()) > 0) {
            return moved(origin, OriginState.DOWN, "no beat for " + text(silence), now);
        }
        if (origin.state() == OriginState.UP && silence.compareTo(settings.suspectAfter()) > 0) {
            return moved(origin, OriginState.SUSPECT, "no beat for " + text(silence), now);
        }
        return origin;
    }

    /** Nobody listened for a while, or the clock was set: silence until now says nothing. */
    KnownOrigin afterOwnAbsence(KnownOrigin origin, Instant now) {
        return origin.withSigns(origin.signs().withOther(now));
    }

    /** Whether it has been down for so long that nobody expects it back. */
    boolean isForgotten(KnownOrigin origin, Instant now) {
        return !origin.source().isProbed()
                && origin.state() == OriginState.DOWN
                && Duration.between(origin.standing().since(), now).compareTo(settings.forgetAfter()) > 0;
    }

    private static KnownOrigin moved(KnownOrigin origin, OriginState to, String reason, Instant now) {
        return origin.state() == to ? origin : origin.withState(to, reason, now);
    }

    private static String text(Duration silence) {
        return silence.toSeconds() >= 1 ? silence.toSeconds() + "s" : silence.toMillis() + "ms";
    }
}
