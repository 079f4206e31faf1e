package io.millrace.control.streams;

import io.millrace.control.store.Lease;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;

/** Keeps the sweep of draining origins going, on a worker thread of the scheduler. */
@ApplicationScoped
class DrainSchedule {

    private final DrainSweep sweep;
    private final Lease background;

    DrainSchedule(DrainSweep sweep, Lease background) {
        this.sweep = sweep;
        this.background = background;
    }

    @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void sweep() {
        if (background.isHeld()) {
            sweep.sweep();
        }
    }
}
