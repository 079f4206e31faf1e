package io.millrace.control.api.internalapi;

import io.millrace.control.api.Problem;
import io.millrace.control.errors.NoSuchItemException;
import io.millrace.control.security.WorkersOnly;
import io.millrace.control.streams.MediaRoutes;
import io.millrace.model.wire.MediaRoute;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.PermitAll;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** Workers tell each other where the packets of sessions go that do not name their stream. */
@Path("/internal/v1/media-routes/{key}")
@WorkersOnly
@Blocking
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@PermitAll
public final class MediaRoutesResource {

    private final MediaRoutes routes;

    @Inject
    public MediaRoutesResource(MediaRoutes routes) {
        this.routes = routes;
    }

    @GET
    public MediaRoute find(@PathParam("key") String key) {
        return routes.find(key)
                .orElseThrow(() -> new NoSuchItemException("there is no media route with the key " + key));
    }

    @PUT
    public Response put(@PathParam("key") String key, @Nullable MediaRoute route) {
        return routes.put(WireChecks.checked(key, route))
                ? Response.noContent().build()
                : Problem.of(Response.Status.SERVICE_UNAVAILABLE, "there are too many media routes")
                        .toResponse();
    }

    @DELETE
    public void remove(@PathParam("key") String key) {
        routes.remove(key);
    }
}
