package io.millrace.control.security.login;

import io.millrace.control.start.StartOrder;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Checks the mode in which people log in. */
@ApplicationScoped
class LoginBeans {

    void checkSetting(
            @Observes @Priority(StartOrder.SETTINGS) StartupEvent event,
            @ConfigProperty(name = LoginMode.PROPERTY, defaultValue = "open") String mode) {
        var _ = LoginMode.of(mode);
    }
}
