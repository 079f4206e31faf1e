package io.millrace.control.security;

import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;

/** Who makes the request that is being answered. */
@RequestScoped
public class CurrentCaller {

    private final RoutingContext request;

    @Inject
    public CurrentCaller(RoutingContext request) {
        this.request = request;
    }

    public Caller get() {
        SocketAddress from = request.request().remoteAddress();
        return Caller.onThisMachine(from == null || from.hostAddress() == null ? "unknown" : from.hostAddress());
    }

    /** As the actor of an event and of a change. */
    public String actor() {
        return get().name();
    }
}
