package io.millrace.worker.net.loop;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorChooserFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives new connections to the first event loop until that one is busy, then to the next; once all are busy, to the least busy.
 * At the same load one loop that serves many connections per wake-up costs less than several that serve a few.
 */
final class LoopFilling implements EventExecutorChooserFactory {

    /** The share of its core up to which a loop is filled; the rest is for what its connections may still come to carry. */
    private static final double FULL = 0.5;

    private final List<LoopLoad> loads = new ArrayList<>();

    @Override
    public EventExecutorChooser newChooser(EventExecutor[] loops) {
        for (int i = 0; i < loops.length; i++) {
            loads.add(new LoopLoad());
        }
        return () -> loops[choose()];
    }

    /** How busy each loop is, in the order of the loops. */
    List<LoopLoad> loads() {
        return loads;
    }

    private int choose() {
        int best = 0;
        double least = Double.MAX_VALUE;
        for (int i = 0; i < loads.size(); i++) {
            double expected = loads.get(i).expected();
            if (expected < FULL) {
                best = i;
                break;
            }
            if (expected < least) {
                least = expected;
                best = i;
            }
        }
        loads.get(best).expectOneMore();
        return best;
    }
}
