package io.millrace.control.registry.registration;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.control.registry.OriginRegistry;
import io.millrace.control.start.StartOrder;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** What registrations must pass. */
@ApplicationScoped
class RegistrationBeans {

    void checkSettings(
            @Observes @Priority(StartOrder.SETTINGS) StartupEvent event, RegistrationSettings.Text registration) {
        RegistrationSettings.of(registration);
    }

    /** Before anything acts on the origins that a store holds. */
    void requireApproval(
            @Observes @Priority(StartOrder.FILES) StartupEvent event,
            OriginRegistry registry,
            RegistrationSettings settings) {
        if (settings.approval()) {
            registry.requireApproval();
        }
    }

    @Produces
    @Singleton
    RegistrationSettings settings(RegistrationSettings.Text text) {
        return RegistrationSettings.of(text);
    }

    @Produces
    @Singleton
    Registrations registrations(OriginRegistry registry, RegistrationSettings settings, MeterRegistry metrics) {
        OriginHosts hosts = new OriginHosts(settings, new HostLookup.Bounded(), OriginHosts::isOfThisMachine);
        return new Registrations(registry, settings, hosts, System::nanoTime, metrics);
    }
}
