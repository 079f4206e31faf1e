package io.millrace.control.api.config;

import io.millrace.control.access.AccessKeys;
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
import io.millrace.model.access.AccessRule;
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

/** What clients must show before they may publish or play. */
@Path("/api/v1/access/rules")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "stream access")
@RolesAllowed(Roles.VIEWER)
public final class AccessRulesResource {

    private static final String EXAMPLE = """
            {"rules": [
              {"name": "cameras", "app": "live", "stream": "cam*",
               "publish": {"type": "signed", "keys": ["cameras-2027", "cameras-2026"]}, "play": {"type": "none"}},
              {"name": "gold", "vhost": "gold.example.com",
               "publish": {"type": "jwt", "jwks": "https://id.example.com/keys", "issuer": "https://id.example.com", "audience": "live"},
               "play": {"type": "callback", "url": "http://10.0.0.8:8085/api/v1/sessions", "timeoutMillis": 1000, "cacheSeconds": 10,
                        "allowWhenUnavailable": false}}]}""";

    private final ConfigRepository config;
    private final AccessKeys keys;
    private final EventLog events;
    private final CurrentCaller caller;
    private final AuditTrail audit;

    @Inject
    public AccessRulesResource(
            ConfigRepository config, AccessKeys keys, EventLog events, CurrentCaller caller, AuditTrail audit) {
        this.config = config;
        this.keys = keys;
        this.events = events;
        this.caller = caller;
        this.audit = audit;
    }

    /**
     * All rules.
     *
     * @param rules in the order in which they are tried; the first that matches a stream decides
     * @param warnings what is allowed, yet probably not meant
     */
    @Schema(name = "AccessRules")
    public record Rules(List<AccessRule> rules, List<String> warnings) {}

    @GET
    @Operation(
            summary = "Get the rules of access to streams",
            description =
                    "The first rule that matches a stream decides what clients must show; a stream without a rule is free.")
    @APIResponse(
            responseCode = "200",
            description = "The rules; the ETag header is what a PUT sends back as If-Match",
            content =
                    @Content(
                            schema = @Schema(implementation = Rules.class),
                            examples = @ExampleObject(name = "example", value = EXAMPLE)))
    public Response list() {
        Versioned<ClusterConfig> now = config.versioned();
        List<AccessRule> rules = now.value().accessRules();
        return Response.ok(new Rules(rules, AccessWarnings.of(rules, keys::knows)))
                .header(HttpHeaders.ETAG, ConfigVersion.tag(now))
                .build();
    }

    @PUT
    @RolesAllowed(Roles.ADMIN)
    @Audited("access-rules.replace")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Replace all rules of access to streams",
            description =
                    "Applies to sessions that begin from then on; those that run stay. Patterns: * is any run of characters, slashes too,"
                            + " ? is one. Left out: patterns are *, publish and play want nothing. Types are none, signed (keys: names under"
                            + " /api/v1/access/keys), jwt (jwks or publicKeys in PEM; issuer, audience) and callback (url; timeoutMillis 100"
                            + " to 10000, cacheSeconds 0 to 3600, allowWhenUnavailable).")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema = @Schema(implementation = AccessRulesWanted.class),
                            examples = @ExampleObject(name = "example", value = EXAMPLE)))
    @APIResponse(
            responseCode = "200",
            description = "The rules as they are now, with warnings",
            content = @Content(schema = @Schema(implementation = Rules.class)))
    @APIResponse(
            responseCode = "400",
            description = "A rule makes no sense; field names it, as in rules[2].publish.keys[0]")
    @APIResponse(responseCode = "412", description = "The configuration has changed since the If-Match was read")
    public Response replace(@HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch, byte[] body) {
        Mistakes mistakes = new Mistakes();
        List<AccessRule> rules =
                AccessRuleReader.read("rules", PlacementResource.partOf(body, "rules"), keys::has, mistakes);
        mistakes.refuse();
        ConfigUpdate update =
                ConfigVersion.update(config, caller.actor(), ifMatch, "", current -> current.withAccessRules(rules));
        audit.changed(update.before(), update.after().value());
        if (update.written()) {
            events.record(
                    EventKind.CONFIG_CHANGED,
                    "access-rules",
                    caller.actor(),
                    "there are now " + rules.size() + " rules of access to streams");
        }
        return list();
    }
}
