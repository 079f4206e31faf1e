package io.millrace.control.registry.origin;

import io.millrace.control.config.StaticOrigin;
import io.millrace.control.placement.OriginLoad;
import io.millrace.model.Admission;
import io.millrace.model.Incarnation;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginState;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One origin as the registry keeps it, for all control planes on the same store. Its moments are times of day, for people; nothing is
 * decided by them. What is decided by time is in {@code liveness}.
 *
 * @param described what the origin, or the operator who added it, says of it, before overrides; its state is the believed one
 * @param standing why the state is what it is
 * @param reported what it said of its load
 */
// An earlier version wrote these in one piece, under other names. What is missing is as of an origin of which nothing
// is known:
// an entry that cannot be read would keep its origin from registering for good.
public record KnownOrigin(
        Origin described, OriginSource source, Standing standing, Signs signs, Failures failures, Reported reported) {

    public KnownOrigin {
        standing = standing == null ? Standing.UNKNOWN : standing;
        signs = signs == null ? Signs.NONE : signs;
        failures = failures == null ? Failures.NONE : failures;
        reported = reported == null ? Reported.NONE : reported;
    }

    /**
     * @param reason for people
     * @param since when the state became what it is
     * @param kept whether the routing table keeps it as if it were up, since too many origins look dead at once
     */
    public record Standing(String reason, Instant since, boolean kept) {

        static final Standing UNKNOWN = new Standing("kept by another version", Instant.EPOCH, false);
    }

    /**
     * What it said of itself.
     *
     * @param lastBeat when it last registered; null if it never did
     * @param beats how often it registered
     * @param interval the time between two registrations, as far as it was learnt
     */
    public record Signs(
            @Nullable Instant lastBeat,
            long beats,
            @Nullable Duration interval) {

        static final Signs NONE = new Signs(null, 0, null);

        public Signs withBeat(Instant now) {
            return new Signs(now, beats + 1, interval);
        }

        public Signs withInterval(Duration learnt) {
            return new Signs(lastBeat, beats, learnt);
        }
    }

    /** @param figures null if it says nothing of its load */
    public record Reported(Registration.@Nullable LoadSample figures, OriginLoad load) {

        static final Reported NONE = new Reported(null, OriginLoad.UNKNOWN);

        Reported with(Registration.LoadSample next) {
            return new Reported(next, Registration.load(figures, next));
        }
    }

    public OriginId id() {
        return described.id();
    }

    /** What is believed of it; others are shown another one while {@link Standing#kept} holds. */
    public OriginState state() {
        return described.state();
    }

    /** Connections to it are known to fail, as opposed to a missing beat. */
    public boolean unreachable() {
        return failures.phase() == Failures.Phase.FAILING && !standing.kept;
    }

    /** Whether no stream would be sent there. */
    public boolean looksDead() {
        return failures.phase() == Failures.Phase.FAILING || state() == OriginState.DOWN;
    }

    public static KnownOrigin firstSeen(Origin described, OriginSource source, String reason, Instant now) {
        return new KnownOrigin(
                described, source, new Standing(reason, now, false), Signs.NONE, Failures.NONE, Reported.NONE);
    }

    public static KnownOrigin ofOperator(StaticOrigin origin, OriginSource source, Instant now) {
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
    public KnownOrigin withDescription(Origin next) {
        return new KnownOrigin(next.withState(state()), source, standing, signs, failures, reported);
    }

    public KnownOrigin withSource(OriginSource next) {
        return new KnownOrigin(described, next, standing, signs, failures, reported);
    }

    /** Another state or another reason for it. */
    public KnownOrigin withState(OriginState next, String reason, Instant now) {
        Instant since = next == state() ? standing.since : now;
        return new KnownOrigin(
                described.withState(next),
                source,
                new Standing(reason, since, standing.kept),
                signs,
                failures,
                reported);
    }

    public KnownOrigin withKept(boolean kept) {
        return new KnownOrigin(
                described, source, new Standing(standing.reason, standing.since, kept), signs, failures, reported);
    }

    public KnownOrigin withSigns(Signs next) {
        return new KnownOrigin(described, source, standing, next, failures, reported);
    }

    public KnownOrigin withFailures(Failures next) {
        return new KnownOrigin(described, source, standing, signs, next, reported);
    }

    public KnownOrigin withFigures(Registration.LoadSample next) {
        return new KnownOrigin(described, source, standing, signs, failures, reported.with(next));
    }
}
