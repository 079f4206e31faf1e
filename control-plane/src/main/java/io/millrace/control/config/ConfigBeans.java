package io.millrace.control.config;

import io.millrace.control.placement.IneffectiveValues;
import io.millrace.control.start.StartOrder;
import io.millrace.control.store.KeyedStores;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import org.jboss.logging.Logger;

/** Opens the operators' document; at the start, since a damaged one must stop it. */
@ApplicationScoped
class ConfigBeans {

    private static final Logger LOG = Logger.getLogger(ConfigBeans.class);

    @Produces
    @Singleton
    @Startup(StartOrder.FILES)
    ConfigRepository configRepository(KeyedStores stores, InstantSource clock) {
        ConfigRepository repository = new StoredConfigRepository(
                stores.durable("config", String.class, StoredConfig.class),
                stores.durable("config-versions", String.class, ConfigRevision.class),
                clock);
        warnings(repository.current()).forEach(LOG::warn);
        return repository;
    }

    /** One log line for each stored value that has no effect. */
    static List<String> warnings(ClusterConfig config) {
        return config.rules().stream()
                .flatMap(rule -> IneffectiveValues.of(rule).entrySet().stream()
                        .map(value -> "stored value of a rule has no effect rule=" + rule.name() + " field="
                                + value.getKey() + " why=\"" + value.getValue() + "\""))
                .toList();
    }
}
