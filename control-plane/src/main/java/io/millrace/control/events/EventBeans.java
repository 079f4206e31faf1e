package io.millrace.control.events;

import io.millrace.control.settings.SettingText;
import io.millrace.control.start.ControlPlaneRun;
import io.millrace.control.start.StartOrder;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The one event log of the process. */
@Dependent
class EventBeans {

    /** Making the log checks its setting. */
    void checkSettings(@Observes @Priority(StartOrder.SETTINGS) StartupEvent event, EventLog log) {}

    @Produces
    @Singleton
    EventLog eventLog(
            InstantSource clock,
            ControlPlaneRun run,
            @ConfigProperty(name = "millrace.events.kept", defaultValue = "10000") String capacity) {
        return new EventLog(clock, SettingText.number("millrace.events.kept", capacity, 1, 1_000_000), run.id());
    }
}
