package io.millrace.control.start;

import io.millrace.control.time.Jobs;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;

/** What exists once per run of the process. */
@Dependent
class RunBeans {

    @Produces
    @Singleton
    Jobs jobs() {
        return new Jobs();
    }

    /** When everything else has started: a start that fails must not be told by every job as well. */
    void startJobs(@Observes @Priority(StartOrder.JOBS) StartupEvent event, Jobs jobs) {
        jobs.start();
    }

    /** Before anything that they use. */
    void stopJobs(@Observes @Priority(StartOrder.SETTINGS) ShutdownEvent event, Jobs jobs) {
        jobs.close();
    }

    @Produces
    @Singleton
    ControlPlaneRun run() {
        return ControlPlaneRun.random(new SecureRandom());
    }
}
