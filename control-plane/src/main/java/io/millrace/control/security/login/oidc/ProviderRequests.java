package io.millrace.control.security.login.oidc;

import io.quarkus.arc.Unremovable;
import io.quarkus.oidc.common.OidcRequestFilter;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Each request to the provider has a deadline; Quarkus itself only sets one for the connection. */
@Singleton
@Unremovable
public final class ProviderRequests implements OidcRequestFilter {

    static final Duration DEADLINE = Duration.ofSeconds(5);

    @Override
    public Uni<Void> filter(OidcRequestFilterContext context) {
        context.request().timeout(DEADLINE.toMillis());
        return Uni.createFrom().voidItem();
    }
}
