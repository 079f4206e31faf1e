package io.millrace.control.api.config;

import io.millrace.control.api.Mistakes;
import io.millrace.control.audit.AuditTrail;
import io.millrace.control.audit.Audited;
import io.millrace.control.config.ClusterConfig;
import io.millrace.control.config.ConfigRepository;
import io.millrace.control.config.ConfigUpdate;
import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.security.CurrentCaller;
import io.millrace.control.security.Roles;
import io.millrace.control.store.Versioned;
import io.millrace.control.workers.WorkerDirectory;
import io.millrace.control.workers.quota.VhostTotal;
import io.millrace.model.access.VhostLimits;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** How much each vhost may have at all workers together, and what it has. */
@Path("/api/v1/limits")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "limits")
@RolesAllowed(Roles.VIEWER)
public final class LimitsResource {

    private static final String EXAMPLE = """
            {"limits": [
              {"vhost": "gold.example.com", "maxViewers": 20000, "maxKbps": 40000000},
              {"vhost": "*", "maxPublishers": 10, "maxViewers": 1000, "maxSessionsPerAddress": 50}]}""";

    private final ConfigRepository config;
    private final EventLog events;
    private final WorkerDirectory workers;
    private final CurrentCaller caller;
    private final AuditTrail audit;

    @Inject
    public LimitsResource(
            ConfigRepository config, EventLog events, WorkerDirectory workers, CurrentCaller caller, AuditTrail audit) {
        this.config = config;
        this.events = events;
        this.workers = workers;
        this.caller = caller;
        this.audit = audit;
    }

    /** All limits; the first whose pattern matches a vhost counts for it. */
    @Schema(name = "Limits")
    public record Limits(List<VhostLimits> limits) {}

    /** @param use of vhosts that have limits and sessions, by the workers' last reports */
    @Schema(name = "LimitsInUse")
    public record LimitsInUse(List<VhostLimits> limits, List<VhostTotal> use) {}

    @GET
    @Operation(summary = "Get the limits of vhosts, and what each vhost has of them")
    @APIResponse(
            responseCode = "200",
            description = "The limits; the ETag header is what a PUT sends back as If-Match",
            content = @Content(schema = @Schema(implementation = LimitsInUse.class)))
    public Response limits() {
        Versioned<ClusterConfig> now = config.versioned();
        return Response.ok(new LimitsInUse(
                        now.value().settings().limits(), workers.quotas().totals()))
                .header(HttpHeaders.ETAG, ConfigVersion.tag(now))
                .build();
    }

    @PUT
    @RolesAllowed(Roles.ADMIN)
    @Audited("limits.replace")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Replace the limits of vhosts",
            description =
                    "What is not named is not limited. Viewers beyond a lower limit are ended, the newest first; publishers stay.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema = @Schema(implementation = Limits.class),
                            examples = @ExampleObject(name = "example", value = EXAMPLE)))
    @APIResponse(
            responseCode = "200",
            description = "The limits as they are now",
            content = @Content(schema = @Schema(implementation = LimitsInUse.class)))
    @APIResponse(responseCode = "400", description = "A limit makes no sense; field names it, as in limits[2].maxKbps")
    @APIResponse(responseCode = "412", description = "The configuration has changed since the If-Match was read")
    public Response replaceLimits(@HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch, byte[] body) {
        Mistakes mistakes = new Mistakes();
        List<VhostLimits> limits = LimitsReader.read("limits", PlacementResource.partOf(body, "limits"), mistakes);
        mistakes.refuse();
        ConfigUpdate update = ConfigVersion.update(
                config,
                caller.actor(),
                ifMatch,
                "",
                current -> current.withSettings(current.settings().withLimits(limits)));
        audit.changed(update.before(), update.after().value());
        if (update.written()) {
            events.record(
                    EventKind.CONFIG_CHANGED,
                    "limits",
                    caller.actor(),
                    "there are now limits for " + limits.size() + " patterns of vhosts");
        }
        return limits();
    }
}
