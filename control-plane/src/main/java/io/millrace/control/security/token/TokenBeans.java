package io.millrace.control.security.token;

import io.millrace.control.start.StartOrder;
import io.millrace.control.store.KeyedStores;
import io.millrace.control.time.Jobs;
import io.millrace.control.time.SteadyClock;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;

/** Opens the tokens; at the start, since a damaged store must stop it. */
@ApplicationScoped
class TokenBeans {

    private static final Duration KEEP_USES_EVERY = Duration.ofSeconds(10);

    @Produces
    @Singleton
    @Startup(StartOrder.FILES)
    ApiTokens tokens(KeyedStores stores, SteadyClock clock, Jobs jobs) {
        ApiTokens tokens =
                new ApiTokens(stores.durable("api-tokens", String.class, ApiToken.class), clock, new SecureRandom());
        jobs.every(KEEP_USES_EVERY, "keep the last uses of tokens", tokens::keepUses);
        return tokens;
    }
}
