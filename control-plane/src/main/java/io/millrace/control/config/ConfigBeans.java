package io.millrace.control.config;

import io.millrace.control.start.StartOrder;
import io.millrace.control.store.KeyedStores;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** Opens the operators' document; at the start, since a damaged one must stop it. */
@ApplicationScoped
class ConfigBeans {

    @Produces
    @Singleton
    @Startup(StartOrder.FILES)
    ConfigRepository configRepository(KeyedStores stores, InstantSource clock) {
        return new StoredConfigRepository(
                stores.durable("config", String.class, StoredConfig.class),
                stores.durable("config-versions", String.class, ConfigRevision.class),
                clock);
    }
}
