package io.millrace.control.srs.hooks;

import io.millrace.control.registry.Origins;
import io.millrace.control.start.StartOrder;
import io.millrace.control.streams.origins.OriginReports;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Puts the hooks together. */
@ApplicationScoped
class HookBeans {

    @Produces
    @Singleton
    HookSettings settings(@ConfigProperty(name = "millrace.hooks-token") Optional<String> token) {
        return HookSettings.of(token);
    }

    /** Making the settings checks them. */
    void checkSettings(@Observes @Priority(StartOrder.SETTINGS) StartupEvent event, HookSettings settings) {}

    @Produces
    @Singleton
    Hooks hooks(Origins origins, OriginReports reports) {
        return new Hooks(origins, reports);
    }
}
