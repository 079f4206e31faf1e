package io.millrace.control.api.workers;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.control.routing.TablePublisher;
import io.millrace.control.routing.TableRejection;
import io.millrace.control.security.ClientAddresses;
import io.millrace.control.security.CurrentCaller;
import io.millrace.control.security.Roles;
import io.millrace.model.access.Ban;
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

    private static final String HIDDEN = "***";

    private final TablePublisher publisher;
    private final CurrentCaller caller;

    @Inject
    public RoutingTableResource(TablePublisher publisher, CurrentCaller caller) {
        this.publisher = publisher;
        this.caller = caller;
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
    @Operation(
            summary = "Show the routing table that workers use",
            description =
                    "To viewers, networks of bans are shown to 24 bits of IPv4 and 48 of IPv6, and subjects of bans not at all."
                            + " Keys that sign URLs are shown to nobody.")
    public PublishedTable get() {
        return new PublishedTable(
                publisher
                        .current()
                        .map(table -> table.withAccess(table.access().withoutKeys()))
                        .map(table -> caller.seesClients() ? table : masked(table))
                        .orElse(null),
                publisher.publishedAt().orElse(null),
                publisher.rejection().orElse(null),
                publisher.waiting());
    }

    private static Ban masked(Ban ban) {
        return new Ban(
                ban.id(),
                ban.network() == null ? null : ClientAddresses.masked(ban.network()),
                ban.vhost(),
                ban.app(),
                ban.stream(),
                ban.subject() == null ? null : HIDDEN,
                ban.intent());
    }

    private static RoutingTable masked(RoutingTable table) {
        return table.withBans(
                table.bans().stream().map(RoutingTableResource::masked).toList());
    }
}
