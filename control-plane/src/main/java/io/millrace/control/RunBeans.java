package io.millrace.control;

import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What exists once per run of the process. */
@Dependent
class RunBeans {

    @Produces
    @Singleton
    ControlPlaneRun run() {
        return ControlPlaneRun.random(new SecureRandom());
    }

    @Produces
    @Singleton
    @DefaultBean
    RebuildWindow rebuildWindow(
            InstantSource clock,
            @ConfigProperty(name = "millrace.rebuild-window", defaultValue = "5s") Duration length) {
        return new RebuildWindow(clock, length);
    }
}
