package io.millrace.control.registry.liveness;

import io.millrace.control.registry.origin.KnownOrigin;
import io.millrace.model.Incarnation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * When an origin gave signs of life, and how often it usually does. A gap in which it was found dead teaches nothing, nor does one that ends
 * with a restart.
 *
 * @param beats the number of registrations when it was last observed
 * @param lastSign the last registration, or the last answer of an origin that never registers, or the moment from which one was expected
 * @param gaps the newest times between two registrations, oldest first
 * @param counts whether the gap that is open now may teach something
 */
record BeatRhythm(long beats, Incarnation incarnation, Instant lastSign, List<Duration> gaps, boolean counts) {

    /** One registration that is lost on the way doubles the interval for so many. */
    private static final int GAPS = 3;

    /** An origin that registers more seldom is suspect in between. */
    static final Duration LONGEST = Duration.ofMinutes(10);

    /** Of an origin that was not watched before: its registrations begin to count now, and when its first gap began is unknown. */
    static BeatRhythm begin(KnownOrigin origin, Instant now) {
        Duration known = origin.signs().interval();
        return new BeatRhythm(
                origin.signs().beats(),
                origin.described().incarnation(),
                now,
                known == null ? List.of() : List.of(known),
                origin.signs().beats() == 1);
    }

    BeatRhythm observe(KnownOrigin origin, Instant now) {
        if (origin.signs().beats() == beats) {
            return this;
        }
        Incarnation run = origin.described().incarnation();
        Duration gap = Duration.between(lastSign, now);
        boolean teaches =
                counts && origin.signs().beats() == beats + 1 && run.equals(incarnation) && gap.compareTo(LONGEST) <= 0;
        return new BeatRhythm(origin.signs().beats(), run, now, teaches ? with(gap) : gaps, true);
    }

    private List<Duration> with(Duration gap) {
        List<Duration> next = new ArrayList<>(gaps);
        next.add(gap);
        return List.copyOf(next.subList(Math.max(0, next.size() - GAPS), next.size()));
    }

    /** The longest of the newest gaps; empty until it registered twice. */
    Optional<Duration> interval() {
        return gaps.isEmpty() ? Optional.empty() : Optional.of(Collections.max(gaps));
    }

    /** It answered a probe; it never beats. */
    BeatRhythm signOfLife(Instant now) {
        return new BeatRhythm(beats, incarnation, now, gaps, counts);
    }

    /** No beat could be received for a while: silence until now means nothing, nor does the gap that is open. */
    BeatRhythm excused(Instant now) {
        return new BeatRhythm(beats, incarnation, now, gaps, false);
    }

    /** It was found dead. */
    BeatRhythm broken() {
        return new BeatRhythm(beats, incarnation, lastSign, gaps, false);
    }
}
