package io.millrace.control.streams.origins;

import io.millrace.control.time.Jobs;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;

/** Keeps the bindings of direct publishers alive. */
@ApplicationScoped
class KeepSchedule {

    private final OriginReports reports;

    KeepSchedule(OriginReports reports) {
        this.reports = reports;
    }

    void schedule(@Observes StartupEvent event, Jobs jobs) {
        jobs.every(Duration.ofSeconds(1), "keep reported streams", this::keep);
    }

    private void keep() {
        reports.keep();
    }
}
