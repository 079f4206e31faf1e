package io.millrace.control.api.config;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.control.access.AccessKeys;
import io.millrace.control.api.Page;
import io.millrace.control.api.Problem;
import io.millrace.control.audit.AuditTrail;
import io.millrace.control.audit.Audited;
import io.millrace.control.config.ClusterConfig;
import io.millrace.control.config.ConfigChanges;
import io.millrace.control.config.ConfigRepository;
import io.millrace.control.config.ConfigRevision;
import io.millrace.control.config.ConfigUpdate;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.errors.NoSuchItemException;
import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.registry.OriginRegistry;
import io.millrace.control.security.CurrentCaller;
import io.millrace.control.security.Roles;
import io.millrace.control.store.Versioned;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** All that operators configured as one document: out, in, and back to what it was. */
@Path("/api/v1/config")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "configuration")
@Blocking
@RolesAllowed(Roles.VIEWER)
public final class ConfigResource {

    private static final String EXAMPLE = """
            {"formatVersion": 1,
             "staticOrigins": [
               {"server": "nginx-a", "ip": "10.0.0.8", "kind": "nginx-rtmp", "endpoints": {"rtmp": ["1935"]}, "zone": "a",
                "labels": {"disk": "fast"}, "weight": 100}],
             "overrides": {"o-3f1c2a9b7d01": {"admission": "cordoned"}},
             "rules": [{"name": "gold", "vhost": "gold.example.com", "policy": "least-load", "labels": {"tier": "gold"}}],
             "vhosts": ["gold.example.com"],
             "settings": {"reportMillis": 2000, "bindingFreshMillis": 1000,
               "clientTraits": {"gold.example.com": ["address", "referer"]}},
             "accessRules": [{"name": "gold", "vhost": "gold.example.com", "publish": {"type": "signed", "keys": ["gold"]},
               "play": {"type": "none"}}]}""";

    private static final String APPLIED_EXAMPLE = """
            {"version": 17, "dryRun": false, "changed": true, "summary": "rules +gold; vhosts -old.example.com",
             "changes": {
               "staticOrigins": {"added": [], "removed": [], "changed": [], "reordered": false},
               "overrides": {"added": [], "removed": [], "changed": [], "reordered": false},
               "rules": {"added": ["gold"], "removed": [], "changed": [], "reordered": false},
               "vhosts": {"added": [], "removed": ["old.example.com"], "changed": [], "reordered": false},
               "settings": {"added": [], "removed": [], "changed": [], "reordered": false},
               "accessRules": {"added": [], "removed": [], "changed": [], "reordered": false}},
             "warnings": []}""";

    private final ConfigRepository config;
    private final AccessKeys keys;
    private final OriginRegistry registry;
    private final EventLog events;
    private final CurrentCaller caller;
    private final AuditTrail audit;

    @Inject
    public ConfigResource(
            ConfigRepository config,
            AccessKeys keys,
            OriginRegistry registry,
            EventLog events,
            CurrentCaller caller,
            AuditTrail audit) {
        this.config = config;
        this.keys = keys;
        this.registry = registry;
        this.events = events;
        this.caller = caller;
        this.audit = audit;
    }

    /**
     * What came of a document that was sent, or would come of it.
     *
     * @param version of the configuration as it is now
     * @param changed whether it differs from what was there
     * @param warnings what is allowed, yet probably not meant
     */
    @Schema(name = "ConfigurationApplied")
    public record Applied(
            long version,
            boolean dryRun,
            boolean changed,

            @Schema(examples = "rules +gold ~rest reordered; vhosts -old.example.com")
            String summary,

            ConfigChanges changes,
            List<String> warnings) {}

    /**
     * One line of the history.
     *
     * @param current whether it is what counts now
     */
    @Schema(name = "ConfigurationVersion")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record VersionView(
            long version,
            boolean current,
            @Nullable Instant at,
            @Nullable String actor,

            @Schema(description = "What it changed", examples = "rules +gold")
            String summary) {

        private static VersionView of(ConfigRevision revision, long current) {
            return new VersionView(
                    revision.version(),
                    revision.version() == current,
                    revision.at(),
                    revision.actor().isEmpty() ? null : revision.actor(),
                    revision.summary());
        }
    }

    /** How a change is asked for. */
    public static final class Change {

        @HeaderParam(HttpHeaders.IF_MATCH)
        @Nullable
        String ifMatch;

        @Parameter(description = "true only tells what would change", example = "true")
        @QueryParam("dryRun")
        @DefaultValue("false")
        String dryRun = "false";

        private boolean isDryRun() {
            return switch (dryRun) {
                case "true", "" -> true;
                case "false" -> false;
                default ->
                    throw new InvalidFieldException("dryRun", "dryRun is '" + dryRun + "'; allowed are true and false");
            };
        }
    }

    @GET
    @RolesAllowed(Roles.ADMIN)
    @Operation(
            summary = "Export all that operators configured",
            description =
                    "Static origins, overrides, placement rules, vhosts, cluster settings and rules of access: exactly what a PUT takes,"
                            + " here or at another cluster. Keys that rules of access name are not in it: make them there first.")
    @APIResponse(
            responseCode = "200",
            description = "The document; the ETag header is what a PUT sends back as If-Match",
            content =
                    @Content(
                            schema = @Schema(implementation = ConfigDocument.class),
                            examples = @ExampleObject(name = "example", value = EXAMPLE)))
    public Response export() {
        return document(config.revisions().stream()
                .findFirst()
                .orElseGet(() -> new ConfigRevision(Versioned.ABSENT, null, "", "", ClusterConfig.EMPTY)));
    }

    @PUT
    @RolesAllowed(Roles.ADMIN)
    @Audited("config.replace")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Replace all that operators configured",
            description =
                    "The document is checked as a whole and applied as a whole or not at all. Every part must be there,"
                            + " but for accessRules: without it, those that are there stay."
                            + " The former document is kept as a version. With dryRun nothing is changed.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema = @Schema(implementation = ConfigDocument.class),
                            examples = @ExampleObject(name = "example", value = EXAMPLE)))
    @APIResponse(
            responseCode = "200",
            description = "What it changed, or would change",
            content =
                    @Content(
                            schema = @Schema(implementation = Applied.class),
                            examples = @ExampleObject(name = "example", value = APPLIED_EXAMPLE)))
    @APIResponse(
            responseCode = "400",
            description =
                    "Something in the document is wrong, or has no effect in this version; errors lists all of it",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(responseCode = "412", description = "The configuration has changed since the If-Match was read")
    @APIResponse(
            responseCode = "503",
            description = "The store takes no changes now; Retry-After says when to try again")
    public Response replace(@BeanParam Change change, byte[] body) {
        boolean dryRun = change.isDryRun();
        return apply(ConfigReader.read(body, keys::has), "import", change.ifMatch, dryRun);
    }

    @GET
    @Path("/versions")
    @Operation(
            summary = "List the versions of the configuration, newest first",
            description = "The current one and the 50 before it, whatever changed them.")
    public Page<VersionView> versions(
            @Parameter(description = "how many at most, 1 to 1000", example = "100")
                    @QueryParam("limit")
                    @DefaultValue(Page.DEFAULT_LIMIT)
                    String limit,
            @Parameter(description = "the next of the page before") @QueryParam("after") @Nullable String after) {
        long below = after == null ? Long.MAX_VALUE : number("after", after);
        List<ConfigRevision> all = config.revisions();
        List<VersionView> wanted = all.stream()
                .filter(revision -> revision.version() < below)
                .map(revision -> VersionView.of(revision, all.getFirst().version()))
                .toList();
        return Page.of(wanted, Page.limit(limit), view -> Long.toString(view.version()));
    }

    @GET
    @Path("/versions/{version}")
    @Operation(summary = "Get one version of the configuration", description = "Exactly what a PUT takes.")
    @APIResponse(
            responseCode = "200",
            description = "The document as it was",
            content = @Content(schema = @Schema(implementation = ConfigDocument.class)))
    @APIResponse(
            responseCode = "404",
            description = "That version is not kept",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Response version(@PathParam("version") String version) {
        return document(required(version));
    }

    @POST
    @Path("/versions/{version}/rollback")
    @RolesAllowed(Roles.ADMIN)
    @Audited("config.rollback")
    @Operation(
            summary = "Go back to a version of the configuration",
            description =
                    "It becomes a new version; those in between stay in the history. With dryRun nothing is changed.")
    @APIResponse(
            responseCode = "200",
            description = "What it changed, or would change",
            content =
                    @Content(
                            schema = @Schema(implementation = Applied.class),
                            examples = @ExampleObject(name = "example", value = APPLIED_EXAMPLE)))
    @APIResponse(
            responseCode = "404",
            description = "That version is not kept",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(responseCode = "412", description = "The configuration has changed since the If-Match was read")
    @APIResponse(
            responseCode = "503",
            description = "The store takes no changes now; Retry-After says when to try again")
    public Response rollback(@PathParam("version") String version, @BeanParam Change change) {
        boolean dryRun = change.isDryRun();
        ConfigRevision wanted = required(version);
        return apply(current -> wanted.config(), "back to version " + wanted.version(), change.ifMatch, dryRun);
    }

    private Response apply(
            UnaryOperator<ClusterConfig> change, String reason, @Nullable String ifMatch, boolean dryRun) {
        // Before it is applied: what it is compared with is what lives without it.
        List<String> warnings = ConfigWarnings.of(change.apply(config.current()), registry, keys);
        ConfigUpdate update;
        if (dryRun) {
            Versioned<ClusterConfig> now = ConfigVersion.seen(config, ifMatch);
            update = new ConfigUpdate(now.value(), new Versioned<>(change.apply(now.value()), now.version()), false);
            audit.leaveOut();
        } else {
            update = ConfigVersion.update(config, caller.actor(), ifMatch, reason, change);
            audit.changed(update.before(), update.after().value());
        }
        ConfigChanges changes = update.changes();
        if (update.written()) {
            events.record(
                    EventKind.CONFIG_CHANGED,
                    "config",
                    caller.actor(),
                    reason + ", now version " + update.after().version() + ": " + changes.summary());
            registry.followConfig();
        }
        return Response.ok(new Applied(
                        update.after().version(), dryRun, !changes.none(), changes.summary(), changes, warnings))
                .header(HttpHeaders.ETAG, ConfigVersion.tag(update.after()))
                .build();
    }

    private ConfigRevision required(String version) {
        return config.revision(number("version", version))
                .orElseThrow(() -> new NoSuchItemException("version " + version
                        + " of the configuration is not kept; GET /api/v1/config/versions lists" + " what is"));
    }

    private static Response document(ConfigRevision revision) {
        return Response.ok(ConfigDocument.of(revision))
                .header(HttpHeaders.ETAG, ConfigVersion.tag(new Versioned<>(revision.config(), revision.version())))
                .build();
    }

    private static long number(String field, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new InvalidFieldException(field, field + " is '" + text + "'; it must be a whole number");
        }
    }
}
