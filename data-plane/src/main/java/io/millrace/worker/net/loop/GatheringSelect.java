package io.millrace.worker.net.loop;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets a busy loop rest for a moment before it selects events again, so that one wake-up serves more connections and one read
 * takes more bytes: at live bitrates a relay's cost is its wake-ups and system calls, not its bytes. A loop that had slept for
 * longer than a moment goes back to sleep at once, so a quiet worker adds neither delay nor wake-ups.
 */
final class GatheringSelect implements SelectStrategy {

    private static final long BUSY_NANOS = Duration.ofMillis(2).toNanos();

    private final long gatherNanos;
    private long selectedAtNanos = System.nanoTime();
    private long sleptAtNanos = System.nanoTime() - BUSY_NANOS;
    private boolean foundEvents;

    /** @param gather from one selection to the next, if there is less to do than that */
    GatheringSelect(Duration gather) {
        this.gatherNanos = gather.toNanos();
    }

    @Override
    public int calculateStrategy(IntSupplier selectNow, boolean hasTasks) throws Exception {
        if (hasTasks) {
            return select(selectNow);
        }
        boolean busy = foundEvents || System.nanoTime() - sleptAtNanos < BUSY_NANOS;
        if (!busy) {
            sleptAtNanos = System.nanoTime();
            return SelectStrategy.SELECT;
        }
        // Events gathered since the last selection, too: a loop with much to do rests less.
        LockSupport.parkNanos(gatherNanos - (System.nanoTime() - selectedAtNanos));
        int events = select(selectNow);
        if (events == 0) {
            sleptAtNanos = System.nanoTime() - BUSY_NANOS;
        }
        return events;
    }

    private int select(IntSupplier selectNow) throws Exception {
        int events = selectNow.get();
        selectedAtNanos = System.nanoTime();
        foundEvents = events > 0;
        return events;
    }
}
