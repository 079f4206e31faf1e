package io.millrace.control.security;

import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Who makes the request that is being answered, of a resource that names a role. */
@RequestScoped
public class CurrentCaller {

    private final SecurityIdentity identity;
    private final RoutingContext request;

    @Inject
    public CurrentCaller(SecurityIdentity identity, RoutingContext request) {
        this.identity = identity;
        this.request = request;
    }

    public Caller get() {
        @Nullable String credential = identity.getAttribute(Caller.CREDENTIAL);
        return new Caller(
                identity.isAnonymous() ? "nobody" : identity.getPrincipal().getName(),
                credential == null ? "none" : credential,
                PeerAddress.of(request.request()));
    }

    /** Whether addresses of clients may be shown; where not, they are masked by {@link ClientAddresses}. */
    public boolean seesClients() {
        return identity.hasRole(Roles.OPERATOR);
    }

    /** Whether what the caller has shown is valid still, for answers that go on; to be asked on any thread, costs nothing. */
    public BooleanSupplier stillValid() {
        @Nullable BooleanSupplier valid = identity.getAttribute(Caller.STILL_VALID);
        return valid == null ? () -> true : valid;
    }

    /** As the actor of an event and of a change. */
    public String actor() {
        return get().name();
    }
}
