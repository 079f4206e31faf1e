package io.millrace.control.registry;

import io.millrace.control.config.StaticOrigin;
import io.millrace.control.placement.OriginLoad;
import io.millrace.model.Admission;
import io.millrace.model.Incarnation;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One origin as the registry keeps it.
 *
 * @param described what the origin, or the operator who added it, says of it, before overrides; its state is the believed one
 * @param standing why the state is what it is
 * @param reported what it said of its load
 */
public record KnownOrigin(
        Origin described, OriginSource source, Standing standing, Signs signs, Refusals refusals, Reported reported) {

    /**
     * @param reason for people
     * @param since when the state became what it is
     */
    public record Standing(String reason, Instant since) {}

    /**
     * Signs of life.
     *
     * @param lastBeat when it last registered; null if it never did
     * @param last the last proof of life, or the moment from which one was expected
     */
    public record Signs(@Nullable Instant lastBeat, Instant last) {

        Signs withBeat(Instant now) {
            return new Signs(now, now);
        }

        Signs withOther(Instant now) {
            return new Signs(lastBeat, now);
        }
    }

    /**
     * Connections that failed.
     *
     * @param last when somebody last failed to connect; null once that is lifted
     * @param failedProbes in a row
     */
    public record Refusals(@Nullable Instant last, int failedProbes) {

        static final Refusals NONE = new Refusals(null, 0);

        Refusals withOne(Instant now) {
            return new Refusals(now, failedProbes);
        }

        Refusals withFailedProbe(Instant now) {
            return new Refusals(now, failedProbes + 1);
        }
    }

    /** @param figures null if it says nothing of its load */
    public record Reported(Registration.@Nullable Figures figures, OriginLoad load) {

        static final Reported NONE = new Reported(null, OriginLoad.UNKNOWN);

        Reported with(Registration.Figures next) {
            return new Reported(next, Registration.load(figures, next));
        }
    }

    public OriginId id() {
        return described.id();
    }

    public OriginState state() {
        return described.state();
    }

    public boolean unreachable() {
        return refusals.last != null && state() != OriginState.UP;
    }

    static KnownOrigin firstSeen(Origin described, OriginSource source, String reason, Instant now) {
        return new KnownOrigin(
                described, source, new Standing(reason, now), new Signs(null, now), Refusals.NONE, Reported.NONE);
    }

    static KnownOrigin ofOperator(StaticOrigin origin, OriginSource source, Instant now) {
        Origin described = new Origin(
                origin.id(),
                origin.server(),
                origin.ip(),
                Incarnation.UNKNOWN,
                origin.kind(),
                origin.endpoints(),
                origin.zone(),
                origin.labels(),
                origin.weight(),
                OriginState.SUSPECT,
                Admission.OPEN);
        return firstSeen(described, source, "not probed yet", now);
    }

    /** Another description; the believed state stays. */
    KnownOrigin withDescription(Origin next) {
        return new KnownOrigin(next.withState(state()), source, standing, signs, refusals, reported);
    }

    KnownOrigin withSource(OriginSource next) {
        return new KnownOrigin(described, next, standing, signs, refusals, reported);
    }

    KnownOrigin withState(OriginState next, String reason, Instant now) {
        return new KnownOrigin(described.withState(next), source, new Standing(reason, now), signs, refusals, reported);
    }

    KnownOrigin withSigns(Signs next) {
        return new KnownOrigin(described, source, standing, next, refusals, reported);
    }

    KnownOrigin withRefusals(Refusals next) {
        return new KnownOrigin(described, source, standing, signs, next, reported);
    }

    KnownOrigin withFigures(Registration.Figures next) {
        return new KnownOrigin(described, source, standing, signs, refusals, reported.with(next));
    }
}
