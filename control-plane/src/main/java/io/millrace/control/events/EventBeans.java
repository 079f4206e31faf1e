package io.millrace.control.events;

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
            InstantSource clock, @ConfigProperty(name = "millrace.events.kept", defaultValue = "10000") int capacity) {
        return new EventLog(clock, capacity);
    }
}
