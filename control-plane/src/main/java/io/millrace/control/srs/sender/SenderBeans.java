package io.millrace.control.srs.sender;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.control.registry.registration.RegistrationSettings;
import io.millrace.control.security.RefusedCallers;
import io.millrace.control.start.StartOrder;
import io.millrace.control.store.KeyedStores;
import io.millrace.control.time.Jobs;
import io.millrace.control.time.SteadyClock;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What lets origins in. */
@ApplicationScoped
class SenderBeans {

    private static final Duration READ_EVERY = Duration.ofSeconds(2);
    private static final Duration KEEP_USES_EVERY = Duration.ofSeconds(10);

    /** Making the settings checks them. */
    void checkSettings(
            @Observes @Priority(StartOrder.SETTINGS) StartupEvent event,
            HooksToken hooksToken,
            RegistrationTokens tokens,
            Jobs jobs) {
        jobs.every(READ_EVERY, "read registration tokens", tokens::readAgain);
    }

    @Produces
    @Singleton
    HooksToken hooksToken(@ConfigProperty(name = "millrace.hooks-token") Optional<String> token) {
        return HooksToken.of(token);
    }

    @Produces
    @Singleton
    RegistrationTokens tokens(RegistrationTokens.OfSrsProxy text, RegistrationSettings.Text registration) {
        return RegistrationTokens.of(text, registration.tokensFile());
    }

    /** At the start, since a damaged store must stop it. */
    @Produces
    @Singleton
    @Startup(StartOrder.FILES)
    RegistrationCredentials credentials(KeyedStores stores, SteadyClock clock, Jobs jobs) {
        RegistrationCredentials credentials = new RegistrationCredentials(
                stores.durable("origin-credentials", String.class, RegistrationCredential.class),
                clock,
                new SecureRandom());
        jobs.every(KEEP_USES_EVERY, "keep the last uses of origin credentials", credentials::keepUses);
        return credentials;
    }

    @Produces
    @Singleton
    OriginSenders senders(
            RegistrationSettings settings,
            RegistrationTokens tokens,
            HooksToken hooksToken,
            RegistrationCredentials credentials,
            RefusedCallers refused,
            MeterRegistry metrics) {
        return new OriginSenders(settings, tokens, hooksToken, credentials, refused, metrics);
    }
}
