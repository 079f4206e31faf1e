package io.millrace.control;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduler;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What exists once per run of the process. */
@Dependent
class RunBeans {

    private static final Duration LONGEST_WINDOW = Duration.ofHours(1);

    /** After all that can refuse to start. */
    private static final int LAST = 10_000;

    void startJobs(@Observes @Priority(LAST) StartupEvent event, Scheduler scheduler) {
        scheduler.resume();
    }

    @Produces
    @Singleton
    ControlPlaneRun run() {
        return ControlPlaneRun.random(new SecureRandom());
    }

    @Produces
    @Singleton
    RebuildWindow rebuildWindow(
            InstantSource clock,
            @ConfigProperty(name = "millrace.rebuild-window", defaultValue = "5s") Duration length) {
        if (length.isNegative() || length.compareTo(LONGEST_WINDOW) > 0) {
            throw new CannotStartException("MILLRACE_REBUILD_WINDOW (millrace.rebuild-window) is '" + length
                    + "'; allowed is a duration from 0s to 1h");
        }
        return new RebuildWindow(clock, length);
    }
}
