package io.millrace.control.streams.binding;

import io.millrace.control.time.SteadyClock;
import io.millrace.model.StreamKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which streams were moved lately, by whichever control plane, and when this one saw it: what another one's clock says of it is of no use
 * here. Any thread.
 */
final class RecentMoves {

    private static final int MAX_KEPT = 10_000;

    private final SteadyClock clock;
    private final Duration kept;
    private final Map<StreamKey, Move> moves = new LinkedHashMap<>();

    private record Move(long epoch, Instant at) {}

    RecentMoves(SteadyClock clock, Duration kept) {
        this.clock = clock;
        this.kept = kept;
    }

    /** May be called more than once for a move. */
    synchronized void moved(StreamKey stream, long epoch) {
        Move known = moves.get(stream);
        if (known != null && known.epoch >= epoch) {
            return;
        }
        moves.remove(stream);
        moves.put(stream, new Move(epoch, clock.instant()));
        Instant longAgo = clock.instant().minus(kept);
        for (Iterator<Move> oldest = moves.values().iterator(); oldest.hasNext(); ) {
            if (oldest.next().at.isAfter(longAgo) && moves.size() <= MAX_KEPT) {
                break;
            }
            oldest.remove();
        }
    }

    /** Empty if that was too long ago, or happened before this control plane was there. */
    synchronized Optional<Instant> at(StreamKey stream, long epoch) {
        return Optional.ofNullable(moves.get(stream))
                .filter(move -> move.epoch == epoch)
                .map(Move::at)
                .filter(at -> clock.instant().isBefore(at.plus(kept)));
    }
}
