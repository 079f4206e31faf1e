package io.millrace.control.api.access;

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
import io.millrace.control.security.token.ApiToken;
import io.millrace.control.security.token.ApiTokens;
import io.millrace.control.security.token.IssuedSecrets.Made;
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
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** API tokens, with which machines show who they are. */
@Path("/api/v1/tokens")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "access")
@Blocking
@RolesAllowed(Roles.ADMIN)
public class TokensResource {

    private static final List<String> ROLES = List.of(Roles.VIEWER, Roles.OPERATOR, Roles.ADMIN, Roles.EXPORTER);

    private final ApiTokens tokens;
    private final CurrentCaller caller;
    private final AuditTrail audit;

    @Inject
    public TokensResource(ApiTokens tokens, CurrentCaller caller, AuditTrail audit) {
        this.tokens = tokens;
        this.caller = caller;
        this.audit = audit;
    }

    /** A token without its secret. */
    public record TokenView(
            @Schema(examples = "5f2b0c117a90") String id,
            @Schema(examples = "deploy-script") String name,
            @Schema(examples = "operator") String role,
            Instant createdAt,
            @Schema(examples = "alice") String createdBy,

            @Schema(description = "Absent where it does not expire") @Nullable
            Instant expiresAt,

            @Schema(description = "To the minute; absent where it was not used yet") @Nullable
            Instant lastUsedAt,

            boolean expired) {}

    /** @param secret shown this once */
    public record MadeToken(
            TokenView token,

            @Schema(description = "Send it as a bearer token; it is shown this once and kept nowhere")
            String secret) {}

    /** The token that is to be made. */
    @Schema(name = "TokenWanted")
    record TokenWanted(
            @Schema(examples = "prometheus") String name,

            @Schema(description = "viewer, operator, admin or exporter", examples = "exporter")
            String role,

            @Schema(description = "Never if left out") @Nullable
            Instant expiresAt) {}

    @GET
    @Operation(summary = "List API tokens in the order of their ids, without their secrets")
    public Page<TokenView> list(
            @QueryParam("limit") @Nullable Integer limit, @QueryParam("after") @Nullable String after) {
        return Page.of(tokens.all(), after, limit, ApiToken::id).map(this::view);
    }

    @POST
    @Audited("token.make")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Make an API token")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema = @Schema(implementation = TokenWanted.class),
                            examples =
                                    @ExampleObject(
                                            name = "for a script",
                                            value =
                                                    "{\"name\":\"deploy-script\",\"role\":\"operator\",\"expiresAt\":\"2027-06-01T00:00:00Z\"}")))
    @APIResponse(
            responseCode = "201",
            description = "It is made; the secret is shown this once",
            content = @Content(schema = @Schema(implementation = MadeToken.class)))
    @APIResponse(
            responseCode = "409",
            description = "There are as many as there may be",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Response make(byte[] body) {
        JsonBody wanted = JsonBody.parse(body);
        Mistakes mistakes = new Mistakes();
        String name = mistakes.read("", () -> wanted.text("name"));
        String role = mistakes.read("", () -> role(wanted.text("role")));
        Optional<Instant> expiresAt = mistakes.read(Optional.empty(), () -> wanted.optionalTime("expiresAt"));
        mistakes.refuse();
        Made<ApiToken> made = tokens.make(name, role, caller.actor(), expiresAt.orElse(null));
        audit.target("tokens/" + made.issued().id());
        audit.changed(null, view(made.issued()));
        return Response.created(URI.create("/api/v1/tokens/" + made.issued().id()))
                .header("Cache-Control", "no-store")
                .entity(new MadeToken(view(made.issued()), made.secret()))
                .build();
    }

    @DELETE
    @Path("/{id}")
    @Audited("token.revoke")
    @Operation(summary = "Revoke an API token")
    @APIResponse(responseCode = "204", description = "It is valid nowhere any more")
    @APIResponse(
            responseCode = "404",
            description = "There is no such token",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public void revoke(@PathParam("id") String id) {
        audit.target("tokens/" + ApiTokens.shownId(id));
        ApiToken revoked = tokens.revoke(id).orElseThrow(() -> new NoSuchItemException("there is no such token"));
        audit.changed(view(revoked), null);
    }

    private TokenView view(ApiToken token) {
        return new TokenView(
                token.id(),
                token.name(),
                token.role(),
                token.createdAt(),
                token.createdBy(),
                token.expiresAt(),
                token.lastUsedAt(),
                tokens.hasExpired(token));
    }

    private static String role(String word) {
        if (!ROLES.contains(word)) {
            throw new InvalidFieldException("role", "role is '" + word + "'; allowed are " + String.join(", ", ROLES));
        }
        return word;
    }
}
