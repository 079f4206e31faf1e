package io.millrace.worker.net.memory;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One loop's share of the {@link PendingBudget}: the connections for which something waits, and how much that is. On the loop, except
 * where noted; counting takes no atomic operation.
 */
public final class LoopPending {

    private static final long SWEEP_MILLIS = 200;

    /** Stalls on two loops whose ages differ by less than this count as equally bad: what loops know of each other is that old. */
    private static final long ALIKE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final PendingBudget budget;
    private final EventExecutor loop;
    private final long step;
    private final AtomicBoolean shedding = new AtomicBoolean();

    /** Linked by themselves: joining and leaving is part of every write that the kernel does not take whole. */
    private @Nullable PendingWatch first;

    private long pending;
    private volatile long published;
    private volatile long oldestStallNanos;
    private Fill fill = Fill.LOW;

    /** @param step when the sum has changed by so many bytes it is published */
    LoopPending(PendingBudget budget, EventExecutor loop, long step) {
        this.budget = budget;
        this.loop = loop;
        this.step = step;
        loop.scheduleAtFixedRate(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    long limit() {
        return budget.limit();
    }

    Fill fill() {
        return fill;
    }

    /** Any thread. */
    long published() {
        return published;
    }

    /** For how long the worst of its connections had taken nothing, when that was last checked; any thread. */
    long oldestStallNanos() {
        return oldestStallNanos;
    }

    void add(long bytes) {
        pending += bytes;
        if (Math.abs(pending - published) >= step) {
            publish();
        }
    }

    void join(PendingWatch watch) {
        PendingWatch next = first;
        watch.next = next;
        if (next != null) {
            next.previous = watch;
        }
        first = watch;
    }

    void leave(PendingWatch watch) {
        PendingWatch before = watch.previous;
        PendingWatch after = watch.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after != null) {
            after.previous = before;
        }
        watch.previous = null;
        watch.next = null;
    }

    private void publish() {
        published = pending;
        fill = Fill.of(budget.pending(), budget.limit());
        if (budget.isExceeded()) {
            budget.shedWorst();
        }
    }

    /** Counts again, and finds the connections that take nothing. */
    private void sweep() {
        refresh();
        publish();
    }

    private void refresh() {
        long now = System.nanoTime();
        long oldest = 0;
        PendingWatch next = first;
        while (next != null) {
            PendingWatch watch = next;
            next = watch.next;
            oldest = Math.max(oldest, watch.refresh(now));
        }
        oldestStallNanos = oldest;
        published = pending;
    }

    /** Any thread. */
    void shedSoon() {
        if (shedding.compareAndSet(false, true)) {
            loop.execute(this::shed);
        }
    }

    private void shed() {
        shedding.set(false);
        refresh();
        if (!budget.isExceeded()) {
            return;
        }
        long now = System.nanoTime();
        for (PendingWatch worst : worstFirst(now)) {
            if (!budget.leavesNoRoom() || budget.handOver(this, worst.stalledForNanos(now) + ALIKE_NANOS)) {
                break;
            }
            if (worst.counted() == 0) {
                // It was the other end of one that is closed.
                continue;
            }
            budget.countShed();
            worst.shed(now);
            published = pending;
        }
        refresh();
    }

    private List<PendingWatch> worstFirst(long now) {
        List<PendingWatch> candidates = new ArrayList<>();
        for (PendingWatch watch = first; watch != null; watch = watch.next) {
            if (watch.mayBeShed()) {
                candidates.add(watch);
            }
        }
        candidates.sort(Comparator.comparingLong((PendingWatch watch) -> watch.stalledForNanos(now))
                .thenComparingLong(PendingWatch::counted)
                .reversed());
        return candidates;
    }
}
