package io.millrace.control.streams.binding;

import io.millrace.model.StreamKey;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The newest decisions, a bounded number of them. With many origins it is their candidates that fill the memory, so these are
 * bounded by themselves: older decisions keep their sentence only. Any thread.
 */
public final class DecisionLog {

    /** Of all kept decisions together. */
    static final int MAX_CANDIDATES = 20_000;

    private final int capacity;
    private final ArrayDeque<Kept> newest = new ArrayDeque<>();
    private final ArrayDeque<Kept> whole = new ArrayDeque<>();
    private final Map<StreamKey, Kept> latestBinding = new HashMap<>();
    private int candidates;

    public DecisionLog(int capacity) {
        this.capacity = capacity;
    }

    /** A decision that may lose its candidates while it is kept. */
    private static final class Kept {
        private DecisionRecord decision;

        Kept(DecisionRecord decision) {
            this.decision = decision;
        }

        /** Of two decisions at once, the later one may be added first. */
        static Kept later(Kept a, Kept b) {
            return a.decision.epoch() > b.decision.epoch() ? a : b;
        }

        int candidates() {
            return decision.placement() == null
                    ? 0
                    : decision.placement().candidates().size();
        }
    }

    public synchronized void add(DecisionRecord decision) {
        Kept kept = new Kept(decision);
        newest.addLast(kept);
        if (decision.origin() != null) {
            latestBinding.merge(decision.stream(), kept, Kept::later);
        }
        if (kept.candidates() > 0) {
            whole.addLast(kept);
            candidates += kept.candidates();
        }
        if (newest.size() > capacity) {
            Kept oldest = newest.removeFirst();
            latestBinding.remove(oldest.decision.stream(), oldest);
            if (oldest.candidates() > 0) {
                loseCandidates(whole.removeFirst());
            }
        }
        while (candidates > MAX_CANDIDATES && whole.size() > 1) {
            loseCandidates(whole.removeFirst());
        }
    }

    private void loseCandidates(Kept kept) {
        candidates -= kept.candidates();
        kept.decision = kept.decision.withoutPlacement();
    }

    /** The decision that made a binding, while it is kept. */
    public synchronized Optional<DecisionRecord> of(StreamKey stream, long epoch) {
        return Optional.ofNullable(latestBinding.get(stream))
                .map(kept -> kept.decision)
                .filter(decision -> decision.epoch() == epoch);
    }

    /** The last decision about a stream, whatever came of it. */
    public synchronized Optional<DecisionRecord> last(StreamKey stream) {
        for (var it = newest.descendingIterator(); it.hasNext(); ) {
            DecisionRecord decision = it.next().decision;
            if (decision.stream().equals(stream)) {
                return Optional.of(decision);
            }
        }
        return Optional.empty();
    }

    public synchronized int size() {
        return newest.size();
    }
}
