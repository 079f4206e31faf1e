package io.millrace.control.streams.admin;

import io.millrace.control.store.Lease;
import io.millrace.control.time.Jobs;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;

/** Keeps the sweep of draining origins going. */
@ApplicationScoped
class DrainSchedule {

    private final DrainSweep sweep;
    private final Lease background;

    DrainSchedule(DrainSweep sweep, Lease background) {
        this.sweep = sweep;
        this.background = background;
    }

    void schedule(@Observes StartupEvent event, Jobs jobs) {
        jobs.every(Duration.ofSeconds(1), "drain sweep", this::sweep);
    }

    private void sweep() {
        if (background.isHeld()) {
            sweep.sweep();
        }
    }
}
