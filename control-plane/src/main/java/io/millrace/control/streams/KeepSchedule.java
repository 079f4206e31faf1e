package io.millrace.control.streams;

import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;

/** Keeps the bindings of direct publishers alive, on a worker thread of the scheduler. */
@ApplicationScoped
class KeepSchedule {

    private final OriginReports reports;

    KeepSchedule(OriginReports reports) {
        this.reports = reports;
    }

    @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void keep() {
        reports.keep();
    }
}
