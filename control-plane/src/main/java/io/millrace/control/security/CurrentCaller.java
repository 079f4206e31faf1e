package io.millrace.control.security;

import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
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
        SocketAddress from = request.request().remoteAddress();
        @Nullable String credential = identity.getAttribute(Caller.CREDENTIAL);
        return new Caller(
                identity.isAnonymous() ? "nobody" : identity.getPrincipal().getName(),
                credential == null ? "none" : credential,
                from == null || from.hostAddress() == null ? "unknown" : from.hostAddress());
    }

    /** As the actor of an event and of a change. */
    public String actor() {
        return get().name();
    }
}
