package io.millrace.control.srs.origin;

import io.millrace.control.limits.ByteBudget;
import io.millrace.control.settings.InvalidSettingException;
import io.millrace.control.start.CannotStartException;
import io.millrace.control.start.StartOrder;
import io.millrace.model.settings.OriginCredentials;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The one client with which all origins are asked. */
@ApplicationScoped
class OriginApiBeans {

    private static final String AUTH = "millrace.origin-api-auth";
    private static final String AUTH_FILE = "millrace.origin-api-auth-file";

    @Produces
    @Singleton
    SrsApiSettings settings(@ConfigProperty(name = "millrace.srs-api.deadline", defaultValue = "2s") String deadline) {
        return SrsApiSettings.of(deadline);
    }

    /** Making the settings checks them. */
    void checkSettings(
            @Observes @Priority(StartOrder.SETTINGS) StartupEvent event,
            SrsApiSettings settings,
            OriginCredentials credentials) {}

    @Produces
    @Singleton
    OriginCredentials credentials(
            @ConfigProperty(name = AUTH) Optional<String> forAll,
            @ConfigProperty(name = AUTH_FILE) Optional<String> file) {
        OriginCredentials credentials;
        try {
            credentials = OriginCredentials.of(forAll);
        } catch (IllegalArgumentException e) {
            // The value is a secret, right or wrong.
            throw new InvalidSettingException(AUTH, "***", OriginCredentials.ALLOWED);
        }
        try {
            return credentials.withFile(file.map(Path::of));
        } catch (IOException | IllegalArgumentException e) {
            throw new CannotStartException(InvalidSettingException.variable(AUTH_FILE) + " (" + AUTH_FILE + ") is '"
                    + file.orElse("") + "'; " + OriginCredentials.mistake(e));
        }
    }

    @Produces
    @Singleton
    OriginApi api(SrsApiSettings settings, OriginCredentials credentials, ByteBudget answers) {
        return new OriginApi(settings.deadline(), credentials, answers);
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
