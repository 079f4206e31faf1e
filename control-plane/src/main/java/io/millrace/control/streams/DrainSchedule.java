package io.millrace.control.streams;

import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;

/** Keeps the sweep of draining origins going, on a worker thread of the scheduler. */
@ApplicationScoped
class DrainSchedule {

    private final DrainSweep sweep;

    DrainSchedule(DrainSweep sweep) {
        this.sweep = sweep;
    }

    @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void sweep() {
        sweep.sweep();
    }
}
