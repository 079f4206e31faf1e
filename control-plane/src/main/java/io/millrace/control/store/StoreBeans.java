package io.millrace.control.store;

import io.millrace.control.settings.StoreType;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Chooses the stores that PROXY_LOAD_BALANCER_TYPE names; the others are never made. */
@Dependent
class StoreBeans {

    @Produces
    @Singleton
    KeyedStores stores(
            @ConfigProperty(name = StoreType.PROPERTY, defaultValue = "memory") String type,
            @Any Instance<KeyedStores> implementations) {
        String word = StoreType.of(type).word();
        return implementations.select(Identifier.Literal.of(word)).get();
    }
}
