package io.millrace.control.store;

import io.millrace.control.settings.InvalidSettingException;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Which stores the operator wants. Who asks for stores that are shared must not get some that are not, so it ends the start. */
@ApplicationScoped
class StoreChoice {

    private static final String PROPERTY = "proxy.load.balancer.type";
    private static final String MEMORY = "memory";

    private final Optional<String> type;

    StoreChoice(@ConfigProperty(name = PROPERTY) Optional<String> type) {
        this.type = type;
    }

    void check(@Observes @Priority(1) StartupEvent event) {
        type.ifPresent(StoreChoice::check);
    }

    static void check(String type) {
        if (!type.strip().toLowerCase(Locale.ROOT).equals(MEMORY)) {
            throw new InvalidSettingException(
                    PROPERTY,
                    type,
                    MEMORY + " (redis and mesh do not exist yet, so there can be only one control plane)");
        }
    }
}
