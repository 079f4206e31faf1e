package io.millrace.control.intake;

import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.ext.Provider;
import java.io.ByteArrayInputStream;

/** Hands the body that was read already to the resource. */
@Provider
@Priority(0)
public final class BodyProvider implements ContainerRequestFilter {

    private final RoutingContext routing;

    @Inject
    public BodyProvider(RoutingContext routing) {
        this.routing = routing;
    }

    @Override
    public void filter(ContainerRequestContext context) {
        byte[] body = BodyIntake.bodyOf(routing);
        if (body != null) {
            context.setEntityStream(new ByteArrayInputStream(body));
        }
    }
}
