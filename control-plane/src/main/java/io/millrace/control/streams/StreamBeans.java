package io.millrace.control.streams;

import io.millrace.control.RebuildWindow;
import io.millrace.control.SteadyClock;
import io.millrace.control.config.ConfigRepository;
import io.millrace.control.events.EventLog;
import io.millrace.control.registry.Origins;
import io.millrace.control.settings.StartOrder;
import io.millrace.control.store.KeyedStores;
import io.millrace.model.Binding;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.MediaRoute;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Puts the stream directory together from the settings. */
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
    BindingDirectory directory(
            KeyedStores stores,
            Origins origins,
            ConfigRepository config,
            EventLog events,
            RebuildWindow rebuild,
            StreamSettings settings,
            SteadyClock clock) {
        return new BindingDirectory(
                stores.shared("bindings", StreamKey.class, Binding.class),
                origins,
                config,
                events,
                rebuild,
                settings,
                clock,
                () -> ThreadLocalRandom.current().nextLong());
    }

    @Produces
    @Singleton
    MediaRoutes mediaRoutes(KeyedStores stores) {
        return new MediaRoutes(stores.shared("media-routes", String.class, MediaRoute.class));
    }

    @Produces
    @Singleton
    StreamAdmin admin(BindingDirectory directory) {
        return new StreamAdmin(directory);
    }

    @Produces
    @Singleton
    OriginReports originReports(
            BindingDirectory directory, EventLog events, StreamSettings settings, SteadyClock clock) {
        return new OriginReports(directory, events, settings, clock);
    }

    @Produces
    @Singleton
    DrainSweep drainSweep(BindingDirectory directory, StreamSettings settings, SteadyClock clock) {
        return new DrainSweep(directory, settings, clock);
    }
}
