package io.millrace.control.streams.binding;

import io.millrace.control.placement.Decision;
import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why a stream went where it went, or nowhere.
 *
 * @param origin null when no origin could be found
 * @param epoch of the binding that came of it; 0 when none did
 * @param actor who asked: as the actor of an event
 * @param why one sentence for people
 * @param placement the candidates and their reasons; null when nothing had to be chosen, or when they are no longer kept
 */
public record DecisionRecord(
        Instant at,
        StreamKey stream,
        @Nullable OriginId origin,
        long epoch,
        String actor,
        String why,
        @Nullable Decision placement) {

    DecisionRecord withoutPlacement() {
        return new DecisionRecord(at, stream, origin, epoch, actor, why, null);
    }
}
