package io.millrace.control.access;

import io.millrace.control.start.StartOrder;
import io.millrace.control.store.KeyedStores;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.InstantSource;

/** Opens the keys at the start, since a damaged file must stop it. */
@ApplicationScoped
class AccessBeans {

    @Produces
    @Singleton
    @Startup(StartOrder.FILES)
    AccessKeys accessKeys(KeyedStores stores, InstantSource clock) {
        return new AccessKeys(stores.durable("access-keys", String.class, StoredKey.class), clock, new SecureRandom());
    }
}
