package io.millrace.worker.net.memory;

import io.netty.channel.Channel;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.internal.PlatformDependent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the whole worker may hold for peers that do not read as fast as they are written to. Each loop counts its own connections
 * and publishes its sum now and then; as the budget fills, all water marks shrink, and beyond it the connection that has taken
 * nothing for longest is closed first.
 */
public final class PendingBudget {

    /** A budget below this could not even hold a key frame for each of a few viewers. */
    public static final long LEAST = 1L << 20;

    private final long limit;
    private final List<LoopPending> loops = new CopyOnWriteArrayList<>();
    private final LongAdder shed = new LongAdder();

    /** @param limit in bytes */
    public PendingBudget(long limit) {
        if (limit < LEAST) {
            throw new IllegalArgumentException("a budget of " + limit + " bytes is less than " + LEAST);
        }
        this.limit = limit;
    }

    /** Half of the memory that buffers may take in this process, as -XX:MaxDirectMemorySize says. */
    public static long usual() {
        return Math.max(LEAST, PlatformDependent.maxDirectMemory() / 2);
    }

    /** All of it. */
    public static long most() {
        return Math.max(LEAST, PlatformDependent.maxDirectMemory());
    }

    /** @param among how many loops there will be */
    public LoopPending join(EventExecutor loop, int among) {
        LoopPending joined = new LoopPending(this, loop, Math.max(16 * 1024, limit / 64 / among));
        loops.add(joined);
        return joined;
    }

    public long limit() {
        return limit;
    }

    /** Bytes that wait, as the loops last published; any thread. */
    public long pending() {
        long sum = 0;
        for (LoopPending loop : loops) {
            sum += loop.published();
        }
        return sum;
    }

    /** Connections that were closed for it; any thread. */
    public long shed() {
        return shed.sum();
    }

    /** Counts one stream of an HTTP/2 connection by itself; called while the stream's pipeline is filled. */
    public static void watchStream(Channel stream) {
        PendingWatch.watchStream(stream);
    }

    void countShed() {
        shed.increment();
    }

    boolean isExceeded() {
        return pending() > limit;
    }

    /** Whether more has to go once some had to: a little room is made, so that not every read closes another connection. */
    boolean leavesNoRoom() {
        return pending() > limit / 20 * 19;
    }

    /** The loop with the connection that has taken nothing for longest, as the loops last published. */
    void shedWorst() {
        LoopPending worst = loops.getFirst();
        for (LoopPending loop : loops) {
            int older = Long.compare(loop.oldestStallNanos(), worst.oldestStallNanos());
            if (older > 0 || (older == 0 && loop.published() > worst.published())) {
                worst = loop;
            }
        }
        worst.shedSoon();
    }

    /** The loop other than this one that has a stall so old. */
    boolean handOver(LoopPending from, long stallNanos) {
        for (LoopPending loop : loops) {
            if (loop != from && loop.oldestStallNanos() > stallNanos) {
                loop.shedSoon();
                return true;
            }
        }
        return false;
    }
}
