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

/** Host names that are vhosts of their own; clients under any other name use the default vhost. */
@Path("/api/v1/vhosts")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "placement")
@RolesAllowed(Roles.VIEWER)
public final class VhostsResource {

    private static final String EXAMPLE = "{\"vhosts\": [\"live.example.com\", \"gold.example.com\"]}";

    private final ConfigRepository config;
    private final EventLog events;
    private final CurrentCaller caller;
    private final AuditTrail audit;

    @Inject
    public VhostsResource(ConfigRepository config, EventLog events, CurrentCaller caller, AuditTrail audit) {
        this.config = config;
        this.events = events;
        this.caller = caller;
        this.audit = audit;
    }

    /** All declared vhosts. */
    public record Vhosts(List<String> vhosts) {}

    @GET
    @Operation(summary = "Get the declared vhosts")
    @APIResponse(
            responseCode = "200",
            description = "The vhosts; the ETag header is what a PUT sends back as If-Match",
            content =
                    @Content(
                            schema = @Schema(implementation = Vhosts.class),
                            examples = @ExampleObject(name = "example", value = EXAMPLE)))
    public Response vhosts() {
        Versioned<ClusterConfig> now = config.versioned();
        return Response.ok(new Vhosts(now.value().vhosts()))
                .header(HttpHeaders.ETAG, ConfigVersion.tag(now))
                .build();
    }

    @PUT
    @RolesAllowed(Roles.ADMIN)
    @Audited("vhosts.replace")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Replace the declared vhosts",
            description =
                    "Names are kept in lower case. A client that reaches a worker under a declared name gets that vhost.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema = @Schema(implementation = Vhosts.class),
                            examples = @ExampleObject(name = "example", value = EXAMPLE)))
    @APIResponse(
            responseCode = "200",
            description = "The vhosts as they are now",
            content = @Content(schema = @Schema(implementation = Vhosts.class)))
    @APIResponse(responseCode = "400", description = "A name makes no sense; field names it, as in vhosts[2]")
    @APIResponse(responseCode = "412", description = "The configuration has changed since the If-Match was read")
    public Response replaceVhosts(@HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch, byte[] body) {
        Mistakes mistakes = new Mistakes();
        List<String> names = VhostReader.read(PlacementResource.partOf(body, "vhosts"), mistakes);
        mistakes.refuse();
        ConfigUpdate update =
                ConfigVersion.update(config, caller.actor(), ifMatch, "", current -> current.withVhosts(names));
        audit.changed(update.before(), update.after().value());
        if (update.written()) {
            events.record(
                    EventKind.CONFIG_CHANGED,
                    "vhosts",
                    caller.actor(),
                    "there are now " + names.size() + " declared vhosts");
        }
        return vhosts();
    }
}
