package io.millrace.control.streams;

import io.millrace.model.StreamKey;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The newest decisions, a bounded number of them. Any thread. */
final class DecisionLog {

    private final int capacity;
    private final ArrayDeque<DecisionRecord> newest = new ArrayDeque<>();
    private final Map<StreamKey, DecisionRecord> latestBinding = new HashMap<>();

    DecisionLog(int capacity) {
        this.capacity = capacity;
    }

    synchronized void add(DecisionRecord decision) {
        newest.addLast(decision);
        if (decision.origin() != null) {
            latestBinding.put(decision.stream(), decision);
        }
        if (newest.size() > capacity) {
            DecisionRecord oldest = newest.removeFirst();
            latestBinding.computeIfPresent(oldest.stream(), (stream, latest) -> latest.equals(oldest) ? null : latest);
        }
    }

    /** The decision that made a binding, while it is kept. */
    synchronized Optional<DecisionRecord> of(StreamKey stream, long epoch) {
        return Optional.ofNullable(latestBinding.get(stream)).filter(decision -> decision.epoch() == epoch);
    }

    /** The last decision about a stream, whatever came of it. */
    synchronized Optional<DecisionRecord> last(StreamKey stream) {
        for (var it = newest.descendingIterator(); it.hasNext(); ) {
            DecisionRecord decision = it.next();
            if (decision.stream().equals(stream)) {
                return Optional.of(decision);
            }
        }
        return Optional.empty();
    }

    synchronized int size() {
        return newest.size();
    }
}
