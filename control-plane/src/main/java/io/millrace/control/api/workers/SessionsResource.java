package io.millrace.control.api.workers;

import io.millrace.control.api.Page;
import io.millrace.control.api.Parameters;
import io.millrace.control.audit.Audited;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.peers.ClusterWorkers;
import io.millrace.control.security.CurrentCaller;
import io.millrace.control.security.Roles;
import io.millrace.control.workers.session.SessionPosition;
import io.millrace.control.workers.session.SessionQuery;
import io.millrace.model.StreamKey;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Client sessions on all workers, for operators. */
@Path("/api/v1/sessions")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "sessions")
@RolesAllowed(Roles.VIEWER)
public final class SessionsResource {

    private final ClusterWorkers cluster;
    private final CurrentCaller caller;

    @Inject
    public SessionsResource(ClusterWorkers cluster, CurrentCaller caller) {
        this.cluster = cluster;
        this.caller = caller;
    }

    @GET
    @Operation(summary = "List open sessions", description = "Ordered by id, by the workers' last reports.")
    public RestResponse<Page<SessionView>> list(
            @Parameter(description = "Only sessions of this stream", example = "__defaultVhost__/live/show")
                    @QueryParam("stream")
                    @Nullable
                    String stream,
            @Parameter(description = "Only sessions on this worker") @QueryParam("worker") @Nullable String worker,
            @QueryParam("limit") @DefaultValue(Page.DEFAULT_LIMIT) String limit,
            @Parameter(description = "The cursor of the page before") @QueryParam("after") @Nullable String after) {
        int size = Page.limit(limit);
        Set<StreamKey> wantedStream = stream == null ? null : Set.of(Parameters.stream("stream", stream));
        SessionQuery query = new SessionQuery(
                after == null ? null : position(after), null, wantedStream, worker, null, Set.of(), size + 1);
        ClusterWorkers.Found found = cluster.sessions(query);
        boolean withClient = caller.seesClients();
        Page<SessionView> page = Page.of(
                        found.sessions(), size, entry -> entry.session().id() + "@" + entry.worker())
                .map(entry -> SessionView.of(entry, withClient));
        return MissingPeers.named(page, found.silent());
    }

    @DELETE
    @Path("/{id}")
    @RolesAllowed(Roles.OPERATOR)
    @Audited("session.end")
    @Operation(summary = "End a session", description = "Its worker gets it in the answer to its next report.")
    @APIResponse(responseCode = "202", description = "The session ends soon")
    @APIResponse(responseCode = "404", description = "No open session has that id")
    @APIResponse(responseCode = "409", description = "Two workers use that id; name one")
    public Response kick(
            @PathParam("id") String id,
            @Parameter(description = "Needed only when two workers use the same id") @QueryParam("worker") @Nullable
                    String worker) {
        return Orders.answer(cluster.kick(id, worker, caller.actor()), "session " + id);
    }

    private static SessionPosition position(String after) {
        int at = after.lastIndexOf('@');
        if (at < 1) {
            throw new InvalidFieldException("after", "after is '" + after + "', which is no cursor of this listing");
        }
        return new SessionPosition(after.substring(0, at), after.substring(at + 1));
    }
}
