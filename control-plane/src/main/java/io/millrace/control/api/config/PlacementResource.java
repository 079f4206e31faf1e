package io.millrace.control.api.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.control.api.Mistakes;
import io.millrace.control.api.Parameters;
import io.millrace.control.audit.AuditTrail;
import io.millrace.control.audit.Audited;
import io.millrace.control.config.ClusterConfig;
import io.millrace.control.config.ConfigRepository;
import io.millrace.control.config.ConfigUpdate;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.peers.ClusterDecisions;
import io.millrace.control.placement.RuleWarnings;
import io.millrace.control.registry.Origins;
import io.millrace.control.security.CurrentCaller;
import io.millrace.control.security.Roles;
import io.millrace.control.store.Versioned;
import io.millrace.control.streams.admin.Explanation;
import io.millrace.control.streams.admin.StreamAdmin;
import io.millrace.model.Intent;
import io.millrace.model.Protocol;
import io.millrace.model.placement.PlacementRule;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Rules for new streams, and why streams are where they are. */
@Path("/api/v1/placement")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "placement")
@RolesAllowed(Roles.VIEWER)
public final class PlacementResource {

    private static final String EXAMPLE = """
            {"rules": [
              {"name": "events", "app": "event*", "policy": "rendezvous", "zone": "eu"},
              {"name": "gold", "vhost": "gold.example.com", "policy": "least-load", "labels": {"tier": "gold"}},
              {"name": "rest", "policy": "round-robin"}]}""";

    private final ConfigRepository config;
    private final Origins origins;
    private final EventLog events;
    private final StreamAdmin streams;
    private final ClusterDecisions decisions;
    private final CurrentCaller caller;
    private final AuditTrail audit;

    @Inject
    public PlacementResource(
            ConfigRepository config,
            Origins origins,
            EventLog events,
            StreamAdmin streams,
            ClusterDecisions decisions,
            CurrentCaller caller,
            AuditTrail audit) {
        this.config = config;
        this.origins = origins;
        this.events = events;
        this.streams = streams;
        this.decisions = decisions;
        this.caller = caller;
        this.audit = audit;
    }

    /**
     * All rules.
     *
     * @param rules in the order in which they are tried; the first that matches a stream decides
     * @param warnings what is allowed, yet probably not meant
     */
    public record Rules(List<PlacementRule> rules, List<String> warnings) {}

    @GET
    @Path("/rules")
    @Operation(
            summary = "Get the placement rules",
            description =
                    "The first rule that matches a stream decides; without a match it is least-load over all origins.")
    @APIResponse(
            responseCode = "200",
            description = "The rules; the ETag header is what a PUT sends back as If-Match",
            content =
                    @Content(
                            schema = @Schema(implementation = Rules.class),
                            examples = @ExampleObject(name = "example", value = EXAMPLE)))
    public Response rules() {
        return answer(List.of());
    }

    @PUT
    @Path("/rules")
    @RolesAllowed(Roles.ADMIN)
    @Audited("rules.replace")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Replace all placement rules",
            description =
                    "Applies to new streams; those that have an origin stay. Patterns: * is any run of characters,"
                            + " slashes too, ? is one. Left out: patterns are *, policy is least-load, delivery is relay."
                            + " Refused, since they have no effect in this version: standbys other than 0, and"
                            + " delivery other than relay.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema = @Schema(implementation = RulesWanted.class),
                            examples = @ExampleObject(name = "example", value = EXAMPLE)))
    @APIResponse(
            responseCode = "200",
            description = "The rules as they are now, with warnings",
            content = @Content(schema = @Schema(implementation = Rules.class)))
    @APIResponse(responseCode = "400", description = "A rule makes no sense; field names it, as in rules[2].policy")
    @APIResponse(responseCode = "412", description = "The configuration has changed since the If-Match was read")
    public Response replaceRules(@HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch, byte[] body) {
        Mistakes mistakes = new Mistakes();
        RuleReader reader = new RuleReader(mistakes, false);
        List<PlacementRule> rules = reader.read(partOf(body, "rules"));
        mistakes.refuse();
        ConfigUpdate update =
                ConfigVersion.update(config, caller.actor(), ifMatch, "", current -> current.withRules(rules));
        audit.changed(update.before(), update.after().value());
        events.record(
                EventKind.RULES_CHANGED, "rules", caller.actor(), "there are now " + rules.size() + " placement rules");
        return answer(reader.warnings());
    }

    @GET
    @Path("/explain")
    @Operation(
            summary = "Explain where a stream is or would go",
            description = "Changes nothing. Policies that draw at random would draw anew.")
    public Explanation explain(
            @Parameter(description = "The stream's key", example = "__defaultVhost__/live/livestream")
                    @QueryParam("stream")
                    @Nullable
                    String stream,
            @Parameter(description = "publish or play") @QueryParam("intent") @DefaultValue("publish") String intent,
            @Parameter(description = "The client's protocol", example = "rtmp")
                    @QueryParam("protocol")
                    @DefaultValue("rtmp")
                    String protocol) {
        if (stream == null) {
            throw new InvalidFieldException("stream", "stream is missing; send ?stream=vhost/app/stream");
        }
        Explanation explanation = streams.explain(
                Parameters.stream("stream", stream),
                Parameters.word("intent", intent, Intent.values(), Intent::word),
                Parameters.word("protocol", protocol, Protocol.values(), Protocol::word));
        boolean forgotten = explanation.binding() != null && explanation.decision() == null;
        return forgotten
                ? explanation.with(decisions.whyThere(explanation.stream()).orElse(null))
                : explanation;
    }

    private Response answer(List<String> readersWarnings) {
        Versioned<ClusterConfig> now = config.versioned();
        List<PlacementRule> rules = now.value().rules();
        List<String> warnings = new ArrayList<>(readersWarnings);
        warnings.addAll(RuleWarnings.of(rules, origins.all()));
        return Response.ok(new Rules(rules, warnings))
                .header(HttpHeaders.ETAG, ConfigVersion.tag(now))
                .build();
    }

    /** The list in the body of a request that replaces one. */
    static JsonNode partOf(byte[] body, String field) {
        return ConfigReader.object(body, field, "send {\"" + field + "\": [...]}")
                .path(field);
    }
}
