package io.millrace.control.bans;

import io.millrace.control.start.StartOrder;
import io.millrace.control.store.KeyedStores;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.InstantSource;

/** Opens the list at the start, since a damaged file must stop it. */
@ApplicationScoped
class BanBeans {

    @Produces
    @Singleton
    @Startup(StartOrder.FILES)
    BanList banList(KeyedStores stores, InstantSource clock) {
        return new BanList(stores.durable("bans", String.class, BanEntry.class), clock, new SecureRandom());
    }
}
