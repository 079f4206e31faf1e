package io.millrace.control.api.access;

import io.millrace.control.api.Mistakes;
import io.millrace.control.api.Page;
import io.millrace.control.api.Problem;
import io.millrace.control.audit.AuditTrail;
import io.millrace.control.audit.Audited;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.errors.NoSuchItemException;
import io.millrace.control.json.JsonBody;
import io.millrace.control.security.Roles;
import io.millrace.control.security.user.User;
import io.millrace.control.security.user.Users;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Users who log in with a password. */
@Path("/api/v1/users")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "access")
@Blocking
@RolesAllowed(Roles.ADMIN)
public class UsersResource {

    private static final List<String> ROLES = List.of(Roles.VIEWER, Roles.OPERATOR, Roles.ADMIN);

    private final Users users;
    private final AuditTrail audit;

    @Inject
    public UsersResource(Users users, AuditTrail audit) {
        this.users = users;
        this.audit = audit;
    }

    /** A user without the password. */
    public record UserView(
            @Schema(examples = "alice") String name,
            @Schema(examples = "operator") String role,
            Instant createdAt) {

        static UserView of(User user) {
            return new UserView(user.name(), user.role(), user.createdAt());
        }
    }

    /** @param password where none was sent */
    public record MadeUser(
            UserView user,

            @Schema(description = "Made where none was sent; it is shown this once") @Nullable
            String password) {}

    /** Who is to be added. */
    @Schema(name = "UserWanted")
    record UserWanted(
            @Schema(examples = "alice") String name,

            @Schema(description = "viewer, operator or admin", examples = "operator")
            String role,

            @Schema(description = "Made and answered once where it is left out") @Nullable
            String password) {}

    /** What is to change of a user. */
    @Schema(name = "UserChange")
    record UserChange(
            @Schema(description = "viewer, operator or admin") @Nullable
            String role,

            @Nullable String password) {}

    @GET
    @Operation(summary = "List users in the order of their names")
    public Page<UserView> list(
            @QueryParam("limit") @Nullable Integer limit, @QueryParam("after") @Nullable String after) {
        return Page.of(users.all(), after, limit, User::name).map(UserView::of);
    }

    @POST
    @Audited("user.add")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Add a user", description = "They log in where MILLRACE_LOGIN is local.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema = @Schema(implementation = UserWanted.class),
                            examples =
                                    @ExampleObject(
                                            name = "alice",
                                            value = "{\"name\":\"alice\",\"role\":\"operator\"}")))
    @APIResponse(
            responseCode = "201",
            description = "It is made; the secret is shown this once",
            content = @Content(schema = @Schema(implementation = MadeUser.class)))
    @APIResponse(
            responseCode = "409",
            description = "There is a user of that name, or as many as there may be",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Response add(byte[] body) {
        JsonBody wanted = JsonBody.parse(body);
        Mistakes mistakes = new Mistakes();
        String name = mistakes.read("", () -> Users.checkedName(wanted.text("name")));
        String role = mistakes.read("", () -> role(wanted.text("role")));
        Optional<String> password = mistakes.read(
                Optional.empty(), () -> wanted.optionalText("password").map(Users::checkedPassword));
        mistakes.refuse();
        String made = password.orElseGet(users::randomPassword);
        users.add(name, role, made);
        UserView added = required(users.find(name), name);
        audit.target("users/" + name);
        audit.changed(null, added);
        return Response.created(URI.create("/api/v1/users/" + name))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(new MadeUser(added, password.isPresent() ? null : made))
                .build();
    }

    @PATCH
    @Path("/{name}")
    @Audited("user.change")
    @Consumes({MediaType.APPLICATION_JSON, "application/merge-patch+json"})
    @Operation(summary = "Change a user's role or password", description = "Ends the log-ins of that user.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema = @Schema(implementation = UserChange.class),
                            examples = @ExampleObject(name = "role", value = "{\"role\":\"viewer\"}")))
    @APIResponse(
            responseCode = "200",
            description = "The user",
            content = @Content(schema = @Schema(implementation = UserView.class)))
    @APIResponse(responseCode = "404", description = "There is no such user")
    public UserView change(@PathParam("name") String name, byte[] body) {
        JsonBody patch = JsonBody.parse(body);
        Mistakes mistakes = new Mistakes();
        Optional<String> role =
                mistakes.read(Optional.empty(), () -> patch.optionalText("role").map(UsersResource::role));
        Optional<String> password = mistakes.read(
                Optional.empty(), () -> patch.optionalText("password").map(Users::checkedPassword));
        mistakes.refuse();
        if (role.isEmpty() && password.isEmpty()) {
            throw new InvalidFieldException("body", "nothing to change; allowed are role and password");
        }
        UserView before = required(users.find(name), name);
        Optional<User> now = Optional.empty();
        if (role.isPresent()) {
            now = users.changeRole(name, role.get());
        }
        if (password.isPresent()) {
            now = users.changePassword(name, password.get());
        }
        UserView after = required(now, name);
        audit.changed(before, after);
        return after;
    }

    @DELETE
    @Path("/{name}")
    @Audited("user.remove")
    @Operation(summary = "Remove a user", description = "Ends the log-ins of that user.")
    @APIResponse(responseCode = "204", description = "There is no such user any more")
    @APIResponse(responseCode = "404", description = "There was none")
    public void remove(@PathParam("name") String name) {
        audit.changed(required(users.remove(name), name), null);
    }

    private static UserView required(Optional<User> user, String name) {
        return user.map(UserView::of).orElseThrow(() -> new NoSuchItemException("there is no user " + name));
    }

    private static String role(String word) {
        if (!ROLES.contains(word)) {
            throw new InvalidFieldException("role", "role is '" + word + "'; allowed are " + String.join(", ", ROLES));
        }
        return word;
    }
}
