package io.millrace.control.events;

import io.millrace.control.settings.SettingText;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The one event log of the process. */
@Dependent
class EventBeans {

    @Produces
    @Singleton
    EventLog eventLog(
            InstantSource clock,
            @ConfigProperty(name = "millrace.events.kept", defaultValue = "10000") String capacity) {
        return new EventLog(clock, SettingText.number("millrace.events.kept", capacity, 1, 1_000_000));
    }
}
