package io.millrace.control;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;

/** What exists once per run of the process. */
@Dependent
class RunBeans {

    @Produces
    @Singleton
    ControlPlaneRun run() {
        return ControlPlaneRun.random(new SecureRandom());
    }
}
