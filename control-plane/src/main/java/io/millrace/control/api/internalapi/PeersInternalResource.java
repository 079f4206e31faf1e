package io.millrace.control.api.internalapi;

import io.millrace.control.api.Parameters;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.errors.NoSuchItemException;
import io.millrace.control.peers.ClusterWorkers;
import io.millrace.control.peers.ClusterWorkers.OrderAnswer;
import io.millrace.control.peers.ClusterWorkers.Part;
import io.millrace.control.peers.ClusterWorkers.PartQuery;
import io.millrace.control.peers.ClusterWorkers.Sessions;
import io.millrace.control.peers.PeerClocks;
import io.millrace.control.security.WorkersOnly;
import io.millrace.control.streams.admin.StreamAdmin;
import io.millrace.control.streams.binding.DecisionRecord;
import io.millrace.control.workers.WorkerDirectory;
import io.millrace.control.workers.session.SessionQuery;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.PermitAll;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** What the other control planes ask of this one: only what it knows itself, so that no question goes round in a circle. */
@Path("/internal/v1/peers")
@WorkersOnly
@Blocking
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@PermitAll
public final class PeersInternalResource {

    /** Who does not say on whose behalf it asks. */
    private static final String UNNAMED = "another control plane";

    private final ClusterWorkers cluster;
    private final WorkerDirectory workers;
    private final StreamAdmin streams;
    private final InstantSource timeOfDay;

    @Inject
    public PeersInternalResource(
            ClusterWorkers cluster, WorkerDirectory workers, StreamAdmin streams, InstantSource timeOfDay) {
        this.cluster = cluster;
        this.workers = workers;
        this.streams = streams;
        this.timeOfDay = timeOfDay;
    }

    @GET
    @Path("/clock")
    public PeerClocks.TimeOfDay clock() {
        return new PeerClocks.TimeOfDay(timeOfDay.instant());
    }

    @POST
    @Path("/sessions")
    public Sessions sessions(@Nullable SessionQuery query) {
        if (query == null) {
            throw new InvalidFieldException("body", "the body is missing");
        }
        return new Sessions(cluster.localSessions(query));
    }

    @POST
    @Path("/sessions/part")
    public Part part(@Nullable PartQuery query) {
        if (query == null || query.query() == null) {
            throw new InvalidFieldException("query", "query is missing");
        }
        return cluster.localPart(query);
    }

    @POST
    @Path("/sessions/{id}/kick")
    public OrderAnswer kick(
            @PathParam("id") String id,
            @QueryParam("worker") @Nullable String worker,
            @QueryParam("actor") @DefaultValue(UNNAMED) String actor) {
        return new OrderAnswer(workers.kick(id, worker, actor));
    }

    @POST
    @Path("/workers/{worker}/drain")
    public OrderAnswer drain(
            @PathParam("worker") String worker, @QueryParam("actor") @DefaultValue(UNNAMED) String actor) {
        return new OrderAnswer(workers.drain(worker, actor));
    }

    @GET
    @Path("/decisions")
    public DecisionRecord decision(@QueryParam("stream") @Nullable String stream, @QueryParam("epoch") long epoch) {
        if (stream == null) {
            throw new InvalidFieldException("stream", "stream is missing");
        }
        return streams.decision(Parameters.stream("stream", stream), epoch)
                .orElseThrow(() -> new NoSuchItemException("that decision was not taken here or is not kept"));
    }
}
