package io.millrace.control.api.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.control.access.AccessKeys;
import io.millrace.control.access.StoredKey;
import io.millrace.control.api.Mistakes;
import io.millrace.control.api.Page;
import io.millrace.control.api.Problem;
import io.millrace.control.audit.AuditTrail;
import io.millrace.control.audit.Audited;
import io.millrace.control.config.ClusterConfig;
import io.millrace.control.config.ConfigRepository;
import io.millrace.control.errors.ConflictException;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.errors.NoSuchItemException;
import io.millrace.control.json.JsonBody;
import io.millrace.control.security.CurrentCaller;
import io.millrace.control.security.Roles;
import io.millrace.model.access.AccessRule;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The secrets that sign URLs of streams. Each is shown once at most, to who had it made. */
@Path("/api/v1/access/keys")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "stream access")
@RolesAllowed(Roles.VIEWER)
public final class AccessKeysResource {

    /** Shorter than any secret, so that a secret that was sent as a name is none. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,29}");

    /** Of one word: it stands in scripts that sign. */
    private static final Pattern SECRET = Pattern.compile("[\\x21-\\x7e]{32,256}");

    /** A secret with fewer different characters was not drawn at random. */
    private static final int MIN_DIFFERENT = 8;

    private final AccessKeys keys;
    private final ConfigRepository config;
    private final CurrentCaller caller;
    private final AuditTrail audit;

    @Inject
    public AccessKeysResource(AccessKeys keys, ConfigRepository config, CurrentCaller caller, AuditTrail audit) {
        this.keys = keys;
        this.config = config;
        this.caller = caller;
        this.audit = audit;
    }

    /** A key without its secret. */
    @Schema(name = "AccessKeyView")
    public record KeyView(
            @Schema(examples = "cameras-2027") String name,
            Instant createdAt,
            @Schema(examples = "alice") String createdBy,

            @Schema(description = "The rules of access that name it", examples = "[\"cameras\"]")
            List<String> rules) {}

    /** @param secret null where the caller brought it along */
    @Schema(name = "MadeAccessKey")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record MadeKey(
            KeyView key,

            @Schema(description = "Shown this once; absent where it was sent along") @Nullable
            String secret) {

        /** Without the secret. */
        @Override
        public String toString() {
            return "key " + key.name();
        }
    }

    /** The key that is to be made. */
    @Schema(name = "AccessKeyWanted")
    record KeyWanted(
            @Schema(examples = "cameras-2027") String name,

            @Schema(
                    description =
                            "32 to 256 visible ASCII characters, drawn at random; made and answered once where it is left out")
            @Nullable
            String secret) {}

    @GET
    @Operation(
            summary = "List the keys that sign URLs, in the order of their names",
            description = "Without their secrets, which no answer shows.")
    public Page<KeyView> list(
            @QueryParam("limit") @Nullable Integer limit, @QueryParam("after") @Nullable String after) {
        ClusterConfig now = config.current();
        return Page.of(keys.all(), after, limit, StoredKey::name).map(key -> view(key, now));
    }

    @POST
    @RolesAllowed(Roles.ADMIN)
    @Audited("access-key.make")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Make a key that signs URLs",
            description =
                    "Without a secret one of 32 random bytes is made and shown in this answer only. Signatures count once a rule names the key.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema = @Schema(implementation = KeyWanted.class),
                            examples = {
                                @ExampleObject(name = "a new secret", value = "{\"name\": \"cameras-2027\"}"),
                                @ExampleObject(
                                        name = "one that other software signs with",
                                        value =
                                                "{\"name\": \"cameras-2027\", \"secret\": \"32 to 256 visible ASCII characters, drawn at random\"}")
                            }))
    @APIResponse(
            responseCode = "201",
            description = "It is made; a secret that was made for it is shown this once",
            content = @Content(schema = @Schema(implementation = MadeKey.class)))
    @APIResponse(responseCode = "400", description = "The name or the secret makes no sense")
    @APIResponse(
            responseCode = "409",
            description = "There is a key of that name, or there are as many as may be",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Response make(byte[] body) {
        JsonBody wanted = JsonBody.parse(body);
        Mistakes mistakes = new Mistakes();
        mistakes.onlyFields("", wanted.whole(), Set.of("name", "secret"));
        String name = mistakes.read("", () -> name(wanted.at("name")));
        String secret = mistakes.read(Optional.<String>empty(), () -> secret(wanted.at("secret")))
                .orElse(null);
        mistakes.refuse();
        StoredKey made = keys.make(name, secret, caller.actor());
        KeyView view = view(made, config.current());
        audit.target("access/keys/" + name);
        audit.changed(null, view);
        return Response.created(URI.create("/api/v1/access/keys/" + name))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(new MadeKey(view, secret == null ? made.secret() : null))
                .build();
    }

    @DELETE
    @Path("/{name}")
    @RolesAllowed(Roles.ADMIN)
    @Audited("access-key.remove")
    @Operation(summary = "Remove a key that no rule names", description = "What it signed is valid nowhere any more.")
    @APIResponse(responseCode = "204", description = "It is removed")
    @APIResponse(
            responseCode = "404",
            description = "There is no such key",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "409",
            description = "A rule names it",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public void remove(@PathParam("name") String name) {
        audit.target("access/keys/" + shown(name));
        StoredKey key = existing(name);
        // As the store itself says: a rule that was set at another control plane just now counts too.
        ClusterConfig now = config.newest().value();
        List<String> rules = view(key, now).rules();
        if (!rules.isEmpty()) {
            throw new ConflictException("the key " + name + " is named by the rules " + String.join(", ", rules)
                    + "; take it out of them first (PUT /api/v1/access/rules)");
        }
        audit.changed(keys.remove(name).map(removed -> view(removed, now)).orElse(null), null);
    }

    private StoredKey existing(String name) {
        return keys.find(name).orElseThrow(() -> new NoSuchItemException("there is no such key"));
    }

    private static KeyView view(StoredKey key, ClusterConfig config) {
        return new KeyView(
                key.name(),
                key.createdAt(),
                key.createdBy(),
                config.accessRules().stream()
                        .filter(rule -> AccessKeys.namedBy(rule).contains(key.name()))
                        .map(AccessRule::name)
                        .toList());
    }

    /** A name as it may be recorded: a secret may have been sent in its place. */
    static String shown(String name) {
        return NAME.matcher(name).matches() ? name : "***";
    }

    /** Not as {@link JsonBody} reads texts, whose messages show what was sent. */
    private static String name(JsonNode sent) {
        if (!sent.isTextual() || !NAME.matcher(sent.textValue()).matches()) {
            throw new InvalidFieldException(
                    "name",
                    "name is no text of up to 30 letters, digits, dots, hyphens and underscores, beginning with one of the"
                            + " first two");
        }
        return sent.textValue();
    }

    private static Optional<String> secret(JsonNode sent) {
        if (sent.isMissingNode() || sent.isNull()) {
            return Optional.empty();
        }
        if (!sent.isTextual()
                || !SECRET.matcher(sent.textValue()).matches()
                || sent.textValue().chars().distinct().count() < MIN_DIFFERENT) {
            throw new InvalidFieldException(
                    "secret",
                    "secret is no text of 32 to 256 visible ASCII characters, drawn at random (openssl rand -hex 32)");
        }
        return Optional.of(sent.textValue());
    }
}
