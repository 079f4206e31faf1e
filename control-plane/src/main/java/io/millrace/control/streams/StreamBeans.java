package io.millrace.control.streams;

import io.millrace.control.start.StartOrder;
import io.millrace.control.store.KeyedStores;
import io.millrace.model.wire.MediaRoute;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The settings of the streams, and the media routes. */
@ApplicationScoped
class StreamBeans {

    @Produces
    @Singleton
    StreamSettings settings(
            @ConfigProperty(name = "millrace.streams.binding-linger", defaultValue = "60s") String bindingLinger,
            @ConfigProperty(name = "millrace.streams.decisions-kept", defaultValue = "10000") String decisionsKept,
            @ConfigProperty(name = "millrace.streams.drain-per-second", defaultValue = "5") String drainPerSecond) {
        return StreamSettings.of(bindingLinger, decisionsKept, drainPerSecond);
    }

    /** Making the settings checks them. */
    void checkSettings(@Observes @Priority(StartOrder.SETTINGS) StartupEvent event, StreamSettings settings) {}

    @Produces
    @Singleton
    MediaRoutes mediaRoutes(KeyedStores stores) {
        return new MediaRoutes(stores.shared("media-routes", String.class, MediaRoute.class));
    }
}
