package io.millrace.control.api.access;

import io.millrace.control.api.Mistakes;
import io.millrace.control.audit.Audited;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.errors.NoSuchItemException;
import io.millrace.control.json.JsonBody;
import io.millrace.control.security.Caller;
import io.millrace.control.security.CurrentCaller;
import io.millrace.control.security.Roles;
import io.millrace.control.security.login.LoginCookie;
import io.millrace.control.security.user.PasswordCheck;
import io.millrace.control.security.user.Users;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.Blocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Who one is. */
@Path("/api/v1/me")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "access")
@Blocking
public class MeResource {

    private final CurrentCaller caller;
    private final SecurityIdentity identity;
    private final Users users;
    private final PasswordCheck passwords;

    @Inject
    public MeResource(CurrentCaller caller, SecurityIdentity identity, Users users, PasswordCheck passwords) {
        this.caller = caller;
        this.identity = identity;
        this.users = users;
        this.passwords = passwords;
    }

    /** @param roles all that the caller has, the lesser ones among them */
    public record Me(
            @Schema(examples = "deploy-script") String name,
            @Schema(examples = "token 5f2b0c117a90") String credential,
            @Schema(examples = "[\"operator\", \"viewer\"]") List<String> roles) {}

    /** The password that is and the one that is to be. */
    @Schema(name = "PasswordChange")
    record PasswordChange(String password, String next) {}

    @GET
    @RolesAllowed({Roles.VIEWER, Roles.EXPORTER})
    @Operation(summary = "Show who makes this request, and what it may do")
    public Me me() {
        Caller now = caller.get();
        return new Me(
                now.name(),
                now.credential(),
                identity.getRoles().stream().sorted().toList());
    }

    @PUT
    @Path("/password")
    @Audited("password.change")
    @RolesAllowed(Roles.VIEWER)
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Change one's own password", description = "Ends one's log-ins, this one too.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema = @Schema(implementation = PasswordChange.class),
                            examples =
                                    @ExampleObject(
                                            name = "example",
                                            value = "{\"password\":\"what it is\",\"next\":\"what it shall be\"}")))
    @APIResponse(responseCode = "204", description = "The next log-in takes the new one")
    @APIResponse(responseCode = "400", description = "The password is wrong, or the new one is too short")
    @APIResponse(responseCode = "404", description = "The caller has no password")
    public void changePassword(byte[] body, @Context RoutingContext context) {
        JsonBody given = JsonBody.parse(body);
        Mistakes mistakes = new Mistakes();
        String password = mistakes.read("", () -> given.text("password"));
        String next = mistakes.read("", () -> Users.checkedPassword(given.text("next"), "next"));
        mistakes.refuse();
        Caller now = caller.get();
        if (!now.credential().equals(Caller.LOG_IN)) {
            throw new NoSuchItemException(now.name() + " has no password");
        }
        if (!passwords.isRight(now.name(), password, LoginCookie.sender(context.request()))) {
            throw new InvalidFieldException("password", "password is wrong");
        }
        var _ = users.changePassword(now.name(), next);
    }
}
