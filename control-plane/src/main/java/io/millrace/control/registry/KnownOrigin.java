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
 * @param stateReason why the state is what it is, for people
 * @param stateSince when it became so
 * @param lastBeat when it last registered; null if it never did
 * @param lastSign the last proof of life, or the moment from which one was expected
 * @param lastRefusal when somebody last failed to connect; null once that is lifted
 * @param failedProbes in a row
 */
public record KnownOrigin(
        Origin described,
        OriginSource source,
        String stateReason,
        Instant stateSince,
        @Nullable Instant lastBeat,
        Instant lastSign,
        @Nullable Instant lastRefusal,
        int failedProbes,
        Registration.@Nullable Figures figures,
        OriginLoad load) {

    public OriginId id() {
        return described.id();
    }

    public OriginState state() {
        return described.state();
    }

    public boolean unreachable() {
        return lastRefusal != null && state() != OriginState.UP;
    }

    static KnownOrigin firstSeen(Origin described, OriginSource source, String reason, Instant now) {
        return new KnownOrigin(described, source, reason, now, null, now, null, 0, null, OriginLoad.UNKNOWN);
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

    KnownOrigin describedAs(Origin next) {
        return new KnownOrigin(
                next.withState(state()),
                source,
                stateReason,
                stateSince,
                lastBeat,
                lastSign,
                lastRefusal,
                failedProbes,
                figures,
                load);
    }

    KnownOrigin from(OriginSource next) {
        return new KnownOrigin(
                described, next, stateReason, stateSince, lastBeat, lastSign, lastRefusal, failedProbes, figures, load);
    }

    KnownOrigin inState(OriginState next, String reason, Instant now) {
        return new KnownOrigin(
                described.withState(next),
                source,
                reason,
                now,
                lastBeat,
                lastSign,
                lastRefusal,
                failedProbes,
                figures,
                load);
    }

    KnownOrigin beating(Instant now) {
        return new KnownOrigin(
                described, source, stateReason, stateSince, now, now, lastRefusal, failedProbes, figures, load);
    }

    KnownOrigin answering(Instant now) {
        return new KnownOrigin(described, source, stateReason, stateSince, lastBeat, now, null, 0, figures, load);
    }

    KnownOrigin graced(Instant now) {
        return new KnownOrigin(
                described, source, stateReason, stateSince, lastBeat, now, lastRefusal, failedProbes, figures, load);
    }

    KnownOrigin refusing(@Nullable Instant at, int probesFailed) {
        return new KnownOrigin(
                described, source, stateReason, stateSince, lastBeat, lastSign, at, probesFailed, figures, load);
    }

    KnownOrigin loaded(Registration.Figures next) {
        return new KnownOrigin(
                described,
                source,
                stateReason,
                stateSince,
                lastBeat,
                lastSign,
                lastRefusal,
                failedProbes,
                next,
                Registration.load(figures, next));
    }
}
