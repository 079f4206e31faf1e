package io.millrace.control.audit;

import io.millrace.control.security.Caller;
import io.millrace.control.security.CurrentCaller;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.ext.Provider;

/** Records each call of an {@link Audited} operation, with the status of its answer. */
@Provider
@Audited("")
public class AuditFilter implements ContainerResponseFilter {

    /** Asked for late: filters are made before a store of Redis can be opened. */
    private final Instance<AuditLog> log;

    private final AuditTrail trail;
    private final CurrentCaller caller;
    private final RoutingContext routing;
    private final ResourceInfo resource;

    @Inject
    public AuditFilter(
            Instance<AuditLog> log,
            AuditTrail trail,
            CurrentCaller caller,
            RoutingContext routing,
            ResourceInfo resource) {
        this.log = log;
        this.trail = trail;
        this.caller = caller;
        this.routing = routing;
        this.resource = resource;
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        Audited operation = resource.getResourceMethod().getAnnotation(Audited.class);
        if (operation == null || !RefusedWrites.firstToRecord(routing)) {
            return;
        }
        if (trail.isLeftOut() && response.getStatus() < 400) {
            return;
        }
        String target = trail.target();
        log.get()
                .record(
                        by(response.getStatus()),
                        operation.value(),
                        target == null
                                ? RefusedWrites.target(request.getUriInfo().getPath())
                                : target,
                        trail.difference(),
                        response.getStatus());
    }

    private Caller by(int status) {
        Caller named = trail.by();
        if (named != null) {
            return named;
        }
        // Who has shown something that is not valid cannot be asked for.
        return status == 401 ? RefusedWrites.unknown(routing) : caller.get();
    }
}
