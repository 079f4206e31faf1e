package io.millrace.control;

import io.millrace.control.config.ConfigRepository;
import io.millrace.control.registry.Origins;
import io.millrace.control.streams.StreamDirectory;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Stand-ins that give way to the real beans as soon as those exist; this file can go then. */
@Dependent
class StandInBeans {

    @Produces
    @Singleton
    @DefaultBean
    Origins origins() {
        return new OriginsStandIn();
    }

    @Produces
    @Singleton
    @DefaultBean
    StreamDirectory streams() {
        return new StreamsStandIn();
    }

    @Produces
    @Singleton
    @DefaultBean
    ConfigRepository config() {
        return new ConfigStandIn();
    }
}
