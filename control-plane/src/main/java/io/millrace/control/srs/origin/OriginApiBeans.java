package io.millrace.control.srs.origin;

import io.millrace.control.settings.StartOrder;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The one client with which all origins are asked. */
@ApplicationScoped
class OriginApiBeans {

    @Produces
    @Singleton
    SrsApiSettings settings(@ConfigProperty(name = "millrace.srs-api.deadline", defaultValue = "2s") String deadline) {
        return SrsApiSettings.of(deadline);
    }

    /** Making the settings checks them. */
    void checkSettings(@Observes @Priority(StartOrder.SETTINGS) StartupEvent event, SrsApiSettings settings) {}

    @Produces
    @Singleton
    OriginApi api(SrsApiSettings settings) {
        return new OriginApi(settings.deadline());
    }

    void close(@Disposes OriginApi api) {
        api.close();
    }

    @Produces
    @Singleton
    OriginLists lists(OriginApi api) {
        return new OriginLists(api);
    }
}
