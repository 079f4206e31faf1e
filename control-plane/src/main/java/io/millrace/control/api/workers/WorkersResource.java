package io.millrace.control.api.workers;

import io.millrace.control.api.Page;
import io.millrace.control.audit.Audited;
import io.millrace.control.errors.NoSuchItemException;
import io.millrace.control.peers.ClusterWorkers;
import io.millrace.control.routing.TablePublisher;
import io.millrace.control.security.CurrentCaller;
import io.millrace.control.security.Roles;
import io.millrace.control.workers.WorkerDirectory;
import io.millrace.control.workers.state.WorkerSnapshot;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The workers, for operators. */
@Path("/api/v1/workers")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "workers")
@RolesAllowed(Roles.VIEWER)
public final class WorkersResource {

    private final WorkerDirectory directory;
    private final ClusterWorkers cluster;
    private final TablePublisher publisher;
    private final CurrentCaller caller;

    @Inject
    public WorkersResource(
            WorkerDirectory directory, ClusterWorkers cluster, TablePublisher publisher, CurrentCaller caller) {
        this.caller = caller;
        this.cluster = cluster;
        this.directory = directory;
        this.publisher = publisher;
    }

    @GET
    @Operation(summary = "List workers", description = "Ordered by name; lost workers stay listed for ten minutes.")
    public Page<WorkerView> list(
            @QueryParam("limit") @DefaultValue(Page.DEFAULT_LIMIT) String limit,
            @Parameter(description = "The cursor of the page before: a worker's name") @QueryParam("after") @Nullable
                    String after) {
        return Page.of(
                        directory.all(),
                        after,
                        Page.limit(limit),
                        worker -> worker.hello().worker())
                .map(this::view);
    }

    @GET
    @Path("/{name}")
    @Operation(summary = "Show one worker")
    @APIResponse(responseCode = "200", description = "The worker")
    @APIResponse(responseCode = "404", description = "No worker has that name")
    public WorkerView get(@PathParam("name") String name) {
        return directory
                .find(name)
                .map(this::view)
                .orElseThrow(() -> new NoSuchItemException("there is no worker " + name));
    }

    @POST
    @Path("/{name}/drain")
    @RolesAllowed(Roles.OPERATOR)
    @Audited("worker.drain")
    @Operation(
            summary = "Drain a worker",
            description = "It takes no new sessions, lets those it has end, and stops. Asking twice changes nothing.")
    @APIResponse(responseCode = "202", description = "The worker gets it in the answer to its next report")
    @APIResponse(responseCode = "404", description = "No such worker reports")
    public Response drain(@PathParam("name") String name) {
        return Orders.answer(cluster.drain(name, caller.actor()), "worker " + name);
    }

    private WorkerView view(WorkerSnapshot worker) {
        return WorkerView.of(worker, publisher.lag(worker.appliedTable()));
    }
}
