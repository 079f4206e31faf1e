package io.millrace.control.api.workers;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.control.routing.TablePublisher;
import io.millrace.control.routing.TableRejection;
import io.millrace.control.security.Roles;
import io.millrace.model.table.RoutingTable;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The routing table as workers get it, for operators. */
@Path("/api/v1/routing-table")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "routing table")
@RolesAllowed(Roles.VIEWER)
public final class RoutingTableResource {

    private final TablePublisher publisher;

    @Inject
    public RoutingTableResource(TablePublisher publisher) {
        this.publisher = publisher;
    }

    /**
     * @param table null until the control plane has gathered what exists
     * @param rejection why a newer table is not published
     */
    @Schema(name = "PublishedTable")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PublishedTable(
            @Schema(description = "Absent until the control plane has gathered what exists") @Nullable
            RoutingTable table,

            @Nullable Instant publishedAt,

            @Schema(description = "Why a newer table is not published; absent when nothing is wrong") @Nullable
            TableRejection rejection,

            @Schema(description = "Workers that wait for the next version")
            int waitingWorkers) {}

    @GET
    @Operation(summary = "Show the routing table that workers use")
    public PublishedTable get() {
        return new PublishedTable(
                publisher.current().orElse(null),
                publisher.publishedAt().orElse(null),
                publisher.rejection().orElse(null),
                publisher.waiting());
    }
}
