package io.millrace.control.api.workers;

import io.millrace.control.peers.Peer;
import io.millrace.control.peers.PeerClocks;
import io.millrace.control.peers.Peers;
import io.millrace.control.security.Roles;
import io.millrace.control.workers.WorkerDirectory;
import io.millrace.control.workers.state.WorkerPhase;
import io.millrace.control.workers.state.WorkerSnapshot;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The control planes that share this one's store, for operators. */
@Path("/api/v1/control-planes")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "control-planes")
@RolesAllowed(Roles.VIEWER)
public final class ControlPlanesResource {

    private final Peers peers;
    private final WorkerDirectory workers;
    private final PeerClocks clocks;

    @Inject
    public ControlPlanesResource(Peers peers, WorkerDirectory workers, PeerClocks clocks) {
        this.peers = peers;
        this.workers = workers;
        this.clocks = clocks;
    }

    /** A control plane as operators see it. */
    @Schema(name = "ControlPlane")
    public record View(
            @Schema(description = "One run of its process", examples = "cp-1f2e3d4c5b6a")
            String id,

            @Schema(description = "Its host's name") String name,

            @Schema(description = "Where the other control planes reach it", examples = "http://192.0.2.5:12025")
            String url,

            String version,
            Instant since,

            @Schema(description = "Whether it is the one that gave this answer")
            boolean self,

            @Schema(description = "Workers that report to it")
            long workers,

            @Schema(
                    description =
                            "By how much its clock is ahead of the clock of the one that gave this answer, as last measured; absent as"
                                    + " long as it has not said what time it has")
            @Nullable
            Long clockAheadMillis) {}

    @GET
    @Operation(
            summary = "List control planes",
            description =
                    "Those on the same store, the oldest first; one that is silent for ten seconds is not listed.")
    public List<View> list() {
        Map<String, Long> reporting = workers.all().stream()
                .filter(worker -> worker.phase() != WorkerPhase.LOST)
                .collect(Collectors.groupingBy(WorkerSnapshot::controlPlane, Collectors.counting()));
        String self = peers.self().run();
        Function<Peer, View> view = peer -> new View(
                peer.run(),
                peer.name(),
                peer.url(),
                peer.version(),
                peer.since(),
                peer.run().equals(self),
                reporting.getOrDefault(peer.run(), 0L),
                clockAhead(peer, self));
        return peers.all().stream().map(view).toList();
    }

    private @Nullable Long clockAhead(Peer peer, String self) {
        return peer.run().equals(self)
                ? Long.valueOf(0)
                : clocks.of(peer)
                        .map(difference -> difference.ahead().toMillis())
                        .orElse(null);
    }
}
