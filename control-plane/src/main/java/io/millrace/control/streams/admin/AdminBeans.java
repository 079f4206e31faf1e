package io.millrace.control.streams.admin;

import io.millrace.control.store.Lease;
import io.millrace.control.streams.StreamSettings;
import io.millrace.control.streams.resolve.StreamState;
import io.millrace.control.time.Jobs;
import io.millrace.control.time.SteadyClock;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;

/** What operators see of the streams and do to them, draining included. */
@ApplicationScoped
class AdminBeans {

    @Produces
    @Singleton
    StreamAdmin admin(StreamState state) {
        return new StreamAdmin(state);
    }

    void drain(
            @Observes StartupEvent event,
            Jobs jobs,
            Lease background,
            StreamState state,
            StreamSettings settings,
            SteadyClock clock) {
        DrainSweep sweep = new DrainSweep(state, settings, clock);
        jobs.every(Duration.ofSeconds(1), "drain sweep", background.whileHeld(sweep::sweep));
    }
}
