package io.millrace.control;

import io.millrace.control.settings.StartOrder;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduler;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;

/** What exists once per run of the process. */
@Dependent
class RunBeans {

    void startJobs(@Observes @Priority(StartOrder.JOBS) StartupEvent event, Scheduler scheduler) {
        scheduler.resume();
    }

    @Produces
    @Singleton
    ControlPlaneRun run() {
        return ControlPlaneRun.random(new SecureRandom());
    }
}
