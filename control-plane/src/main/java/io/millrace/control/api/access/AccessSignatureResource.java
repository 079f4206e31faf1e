package io.millrace.control.api.access;

import io.millrace.control.access.AccessKeys;
import io.millrace.control.access.StoredKey;
import io.millrace.control.api.Mistakes;
import io.millrace.control.api.Problem;
import io.millrace.control.audit.AuditTrail;
import io.millrace.control.audit.Audited;
import io.millrace.control.config.ConfigRepository;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.errors.NoSuchItemException;
import io.millrace.control.json.JsonBody;
import io.millrace.control.security.Roles;
import io.millrace.model.access.AccessCheck;
import io.millrace.model.access.StreamAccess;
import io.millrace.model.access.UrlPermit;
import io.millrace.model.address.Networks;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Signs URLs of streams, for trying out and for a link now and then. */
@Path("/api/v1/access/keys/{name}/sign")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "stream access")
@RolesAllowed(Roles.OPERATOR)
public final class AccessSignatureResource {

    private static final Set<String> FIELDS =
            Set.of("intent", "vhost", "app", "stream", "expiresAt", "address", "subject");

    private final AccessKeys keys;
    private final ConfigRepository config;
    private final AuditTrail audit;
    private final InstantSource clock;

    /** @param clock the time of day */
    @Inject
    public AccessSignatureResource(AccessKeys keys, ConfigRepository config, AuditTrail audit, InstantSource clock) {
        this.keys = keys;
        this.config = config;
        this.audit = audit;
        this.clock = clock;
    }

    /** What a URL is to allow. */
    @Schema(name = "SignatureWanted")
    record SignatureWanted(
            @Schema(description = "publish or play", examples = "play")
            String intent,

            @Schema(description = "__defaultVhost__ if left out") @Nullable
            String vhost,

            @Schema(examples = "live") String app,
            @Schema(examples = "cam1") String stream,
            Instant expiresAt,

            @Schema(description = "Only a client of this address; any if left out", examples = "203.0.113.7") @Nullable
            String address,

            @Schema(description = "Whom it is given to, for bans and lists of sessions; nobody if left out") @Nullable
            String subject) {}

    /** @param query a credential */
    @Schema(name = "SignedQuery")
    public record SignedQuery(
            @Schema(
                    description = "Put it behind the URL of the stream",
                    examples = "expires=1811808000&signature=3f1c...")
            String query,

            Instant expiresAt,

            @Schema(description = "Why the signature may not count")
            List<String> warnings) {

        /** Without the signature. */
        @Override
        public String toString() {
            return "signed until " + expiresAt;
        }
    }

    @POST
    @Audited("access-key.sign")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Sign a URL of a stream",
            description =
                    "Answers the parameters to put behind the URL. Who has them may publish or play that stream until they expire; the audit"
                            + " notes for what they were made.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema = @Schema(implementation = SignatureWanted.class),
                            examples =
                                    @ExampleObject(
                                            name = "for one address",
                                            value =
                                                    "{\"intent\": \"play\", \"app\": \"live\", \"stream\": \"cam1\", \"expiresAt\": \"2027-06-01T00:00:00Z\","
                                                            + " \"address\": \"203.0.113.7\", \"subject\": \"ann@example.com\"}")))
    @APIResponse(
            responseCode = "200",
            description = "The parameters",
            content = @Content(schema = @Schema(implementation = SignedQuery.class)))
    @APIResponse(
            responseCode = "404",
            description = "There is no such key",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Response sign(@PathParam("name") String name, byte[] body) {
        audit.target("access/keys/" + AccessKeysResource.shown(name));
        StoredKey key = keys.find(name).orElseThrow(() -> new NoSuchItemException("there is no such key"));
        JsonBody sent = JsonBody.parse(body);
        Mistakes mistakes = new Mistakes();
        mistakes.onlyFields("", sent.whole(), FIELDS);
        StreamNamed named = StreamNamed.read(sent, mistakes);
        Instant expiresAt = mistakes.read(Instant.EPOCH, () -> future(sent));
        String address = mistakes.read("", () -> address(sent));
        String subject = mistakes.read("", () -> sent.optionalText("subject").orElse(""));
        mistakes.refuse();
        UrlPermit permit = new UrlPermit(named.intent(), named.stream(), expiresAt.getEpochSecond(), address, subject);
        audit.changed(null, permit);
        return Response.ok(new SignedQuery(permit.query(key.key()), expiresAt, warnings(key, named)))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    private Instant future(JsonBody sent) {
        Instant wanted = sent.optionalTime("expiresAt")
                .orElseThrow(() -> new InvalidFieldException(
                        "expiresAt", "expiresAt is missing; it must be a time such as 2027-06-01T00:00:00Z"));
        if (!wanted.isAfter(clock.instant())) {
            throw new InvalidFieldException("expiresAt", "expiresAt is " + wanted + ", which is over");
        }
        return wanted;
    }

    private static String address(JsonBody sent) {
        String address = sent.optionalText("address").orElse("");
        if (!address.isEmpty() && Networks.address(address).isEmpty()) {
            throw new InvalidFieldException("address", "address is no IPv4 or IPv6 address such as 203.0.113.7");
        }
        return address;
    }

    private List<String> warnings(StoredKey key, StreamNamed named) {
        AccessCheck wanted =
                new StreamAccess(config.current().accessRules(), List.of()).check(named.stream(), named.intent());
        boolean counts =
                wanted instanceof AccessCheck.Signed signed && signed.keys().contains(key.name());
        return counts
                ? List.of()
                : List.of("what applies to " + named.stream() + " does not name the key " + key.name() + " for "
                        + named.intent().word() + "; POST /api/v1/access/check shows what it wants");
    }
}
