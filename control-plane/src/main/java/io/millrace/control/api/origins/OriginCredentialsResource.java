package io.millrace.control.api.origins;

import io.millrace.control.api.Mistakes;
import io.millrace.control.api.Page;
import io.millrace.control.api.Problem;
import io.millrace.control.audit.AuditTrail;
import io.millrace.control.audit.Audited;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.errors.NoSuchItemException;
import io.millrace.control.json.JsonBody;
import io.millrace.control.security.CurrentCaller;
import io.millrace.control.security.Roles;
import io.millrace.control.security.token.IssuedSecrets.Made;
import io.millrace.control.srs.sender.RegistrationCredential;
import io.millrace.control.srs.sender.RegistrationCredentials;
import io.millrace.model.address.Networks;
import io.smallrye.common.annotation.Blocking;
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
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Credentials with which origins register and call hooks. */
@Path("/api/v1/origin-credentials")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "access")
@Blocking
@RolesAllowed(Roles.ADMIN)
public class OriginCredentialsResource {

    private static final int MAX_PATTERN = 256;
    private static final int MAX_NETWORKS = 1_000;

    private final RegistrationCredentials credentials;
    private final CurrentCaller caller;
    private final AuditTrail audit;

    @Inject
    public OriginCredentialsResource(RegistrationCredentials credentials, CurrentCaller caller, AuditTrail audit) {
        this.credentials = credentials;
        this.caller = caller;
        this.audit = audit;
    }

    /** A credential without its secret. */
    @Schema(name = "OriginCredential")
    public record CredentialView(
            @Schema(examples = "5f2b0c117a90") String id,

            @Schema(description = "Pattern of the server ids that it is for", examples = "vid-*")
            String servers,

            @Schema(description = "From where it is taken, and where its origins may be", examples = "203.0.113.0/24")
            String networks,

            Instant createdAt,
            @Schema(examples = "alice") String createdBy,

            @Schema(description = "Absent where it does not expire") @Nullable
            Instant expiresAt,

            @Schema(description = "To the minute; absent where it was not used yet") @Nullable
            Instant lastUsedAt,

            boolean expired) {}

    /** @param secret shown this once */
    public record MadeOriginCredential(
            CredentialView credential,

            @Schema(
                    description =
                            "Append it to the URL of registration or hooks as a segment of its path, or send it as a"
                                    + " bearer token; it is shown this once and kept nowhere")
            String secret) {}

    /** The credential that is to be made; at least one of servers and networks. */
    @Schema(name = "OriginCredentialWanted")
    record CredentialWanted(
            @Schema(description = "Pattern of the server ids that it is for; any if left out", examples = "vid-*")
            @Nullable
            String servers,

            @Schema(description = "From where it is taken; from anywhere if left out", examples = "203.0.113.0/24")
            @Nullable
            String networks,

            @Schema(description = "Never if left out") @Nullable
            Instant expiresAt) {}

    @GET
    @Operation(summary = "List the credentials of origins in the order of their ids, without their secrets")
    public Page<CredentialView> list(
            @QueryParam("limit") @Nullable Integer limit, @QueryParam("after") @Nullable String after) {
        return Page.of(credentials.all(), after, limit, RegistrationCredential::id)
                .map(this::view);
    }

    @POST
    @Audited("origin-credential.make")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Make a credential for origins",
            description = "It is bound to server ids, to networks, or to both, and replaces the check of the sender's"
                    + " network. It is a part of a URL for origins that send no header.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema = @Schema(implementation = CredentialWanted.class),
                            examples =
                                    @ExampleObject(
                                            name = "for the origins of a site",
                                            value =
                                                    "{\"servers\":\"vid-*\",\"networks\":\"203.0.113.0/24\",\"expiresAt\":\"2027-06-01T00:00:00Z\"}")))
    @APIResponse(
            responseCode = "201",
            description = "It is made; the secret is shown this once",
            content = @Content(schema = @Schema(implementation = MadeOriginCredential.class)))
    @APIResponse(
            responseCode = "409",
            description = "There are as many as there may be",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Response make(byte[] body) {
        JsonBody wanted = JsonBody.parse(body);
        Mistakes mistakes = new Mistakes();
        Optional<String> servers = mistakes.read(Optional.empty(), () -> wanted.optionalText("servers"));
        Optional<String> networks = mistakes.read(
                Optional.empty(), () -> wanted.optionalText("networks").map(OriginCredentialsResource::networks));
        Optional<Instant> expiresAt = mistakes.read(Optional.empty(), () -> wanted.optionalTime("expiresAt"));
        if (mistakes.count() == 0 && servers.isEmpty() && networks.isEmpty()) {
            mistakes.add("servers", "servers is missing, and so is networks; one of them is needed");
        }
        if (servers.orElse("").length() > MAX_PATTERN) {
            mistakes.add("servers", "servers is longer than " + MAX_PATTERN + " characters");
        }
        mistakes.refuse();
        Made<RegistrationCredential> made =
                credentials.make(servers.orElse("*"), networks.orElse("none"), caller.actor(), expiresAt.orElse(null));
        audit.target("origin-credentials/" + made.issued().id());
        audit.changed(null, view(made.issued()));
        return Response.created(
                        URI.create("/api/v1/origin-credentials/" + made.issued().id()))
                .header("Cache-Control", "no-store")
                .entity(new MadeOriginCredential(view(made.issued()), made.secret()))
                .build();
    }

    @DELETE
    @Path("/{id}")
    @Audited("origin-credential.revoke")
    @Operation(summary = "Revoke a credential of origins")
    @APIResponse(responseCode = "204", description = "It is taken nowhere any more")
    @APIResponse(
            responseCode = "404",
            description = "There is no such credential",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public void revoke(@PathParam("id") String id) {
        audit.target("origin-credentials/" + RegistrationCredentials.shownId(id));
        RegistrationCredential revoked =
                credentials.revoke(id).orElseThrow(() -> new NoSuchItemException("there is no such origin credential"));
        audit.changed(view(revoked), null);
    }

    private CredentialView view(RegistrationCredential credential) {
        return new CredentialView(
                credential.id(),
                credential.servers(),
                credential.networks(),
                credential.createdAt(),
                credential.createdBy(),
                credential.expiresAt(),
                credential.lastUsedAt(),
                credentials.hasExpired(credential));
    }

    private static String networks(String text) {
        try {
            if (Networks.parse(text).networks().size() <= MAX_NETWORKS) {
                return text;
            }
        } catch (IllegalArgumentException e) {
            throw wrongNetworks(text);
        }
        throw wrongNetworks(text);
    }

    private static InvalidFieldException wrongNetworks(String text) {
        return new InvalidFieldException(
                "networks", "networks is '" + text + "'; it must be a list of networks such as 10.0.0.0/8,fd00::/8");
    }
}
