package io.millrace.control.api.access;

import io.millrace.control.api.Mistakes;
import io.millrace.control.api.Problem;
import io.millrace.control.audit.AuditTrail;
import io.millrace.control.audit.Audited;
import io.millrace.control.json.JsonBody;
import io.millrace.control.security.Caller;
import io.millrace.control.security.login.LoginCookie;
import io.millrace.control.security.login.LoginMode;
import io.millrace.control.security.login.LoginSettings;
import io.millrace.control.security.login.ThisMachine;
import io.millrace.control.security.login.oidc.OidcLogin;
import io.millrace.control.security.user.Login;
import io.millrace.control.security.user.Logins;
import io.millrace.control.security.user.Logins.Holder;
import io.millrace.control.security.user.PasswordCheck;
import io.millrace.control.security.user.PasswordCheck.Result;
import io.millrace.control.security.user.PasswordCheck.Sender;
import io.smallrye.common.annotation.Blocking;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.PermitAll;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Log-in with name and password, and log-out. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "access")
@Blocking
@PermitAll
public class LoginResource {

    private final LoginSettings settings;
    private final PasswordCheck passwords;
    private final Logins logins;
    private final OidcLogin provider;
    private final AuditTrail audit;

    @Inject
    public LoginResource(
            LoginSettings settings, PasswordCheck passwords, Logins logins, OidcLogin provider, AuditTrail audit) {
        this.provider = provider;
        this.audit = audit;
        this.settings = settings;
        this.passwords = passwords;
        this.logins = logins;
    }

    /** Who is logged in now. */
    public record LoggedIn(
            @Schema(examples = "alice") String name,
            @Schema(examples = "operator") String role) {}

    /** Who logs in. */
    @Schema(name = "LoginWanted")
    record LoginWanted(@Schema(examples = "alice") String name, String password) {}

    @POST
    @Path("/login")
    @Audited("login.begin")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Log in with a password",
            description =
                    "Only where MILLRACE_LOGIN is local. The answer sets a cookie, and another one by which the browser is known; changes with it need the header"
                            + " X-Millrace-Request, with any value.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema = @Schema(implementation = LoginWanted.class),
                            examples =
                                    @ExampleObject(
                                            name = "alice",
                                            value = "{\"name\":\"alice\",\"password\":\"correct horse battery\"}")))
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = LoggedIn.class)))
    @APIResponse(responseCode = "401", description = "The name or the password is wrong")
    @APIResponse(responseCode = "403", description = "The password came over plain HTTP from another machine")
    @APIResponse(responseCode = "404", description = "Passwords are not how one logs in here")
    @APIResponse(responseCode = "429", description = "Too many attempts; Retry-After says when to try again")
    public Response logIn(byte[] body, @Context RoutingContext context) {
        HttpServerRequest request = context.request();
        if (settings.mode() != LoginMode.LOCAL) {
            return Problem.of(
                            Response.Status.NOT_FOUND,
                            "there is no log-in with a password: MILLRACE_LOGIN is "
                                    + settings.mode().word())
                    .withCode("no-password-login")
                    .toResponse();
        }
        if (!request.isSSL() && !settings.overPlainHttp() && !ThisMachine.sent(request)) {
            return Problem.of(
                            Response.Status.FORBIDDEN,
                            "a password from another machine comes over HTTPS only; MILLRACE_LOGIN_PLAIN_HTTP would allow it")
                    .withCode("plain-http")
                    .toResponse();
        }
        JsonBody given = JsonBody.parse(body);
        Mistakes mistakes = new Mistakes();
        String name = mistakes.read("", () -> given.text("name"));
        String password = mistakes.read("", () -> given.text("password"));
        mistakes.refuse();
        Sender sender = LoginCookie.sender(request);
        return switch (passwords.logIn(name, password, sender)) {
            case Result.LoggedIn in -> {
                audit.by(new Caller(in.user().name(), Caller.LOG_IN, sender.address()));
                context.response().addCookie(LoginCookie.of(in.secret(), request.isSSL()));
                if (in.browser() != null) {
                    context.response().addCookie(LoginCookie.ofBrowser(in.browser(), request.isSSL()));
                }
                yield Response.ok(new LoggedIn(in.user().name(), in.user().role()))
                        .header(HttpHeaders.CACHE_CONTROL, "no-store")
                        .build();
            }
            case Result.Wrong wrong ->
                Problem.of(Response.Status.UNAUTHORIZED, "the name or the password is wrong")
                        .withCode("credential-invalid")
                        .toResponse();
            case Result.TooOften often ->
                Response.fromResponse(Problem.of(Response.Status.TOO_MANY_REQUESTS, "too many attempts to log in")
                                .withCode("too-many-attempts")
                                .toResponse())
                        .header(HttpHeaders.RETRY_AFTER, often.seconds())
                        .build();
        };
    }

    /** @param continueAt where the identity provider ends its own log-in: for the browser to go to */
    public record LoggedOut(
            @Schema(examples = "https://login.example.com/session/end?client_id=console")
            String continueAt) {}

    @POST
    @Path("/logout")
    @Audited("login.end")
    @Operation(
            summary = "Log out, at every control plane",
            description =
                    "Who has logged in at an identity provider is still logged in there: the answer says where that ends.")
    @APIResponse(
            responseCode = "200",
            description = "The cookie is worth nothing any more; the log-in at the provider goes on",
            content = @Content(schema = @Schema(implementation = LoggedOut.class)))
    @APIResponse(responseCode = "204", description = "The cookie is worth nothing any more")
    @APIResponse(responseCode = "401", description = "The request shows a token that is unknown, expired or revoked")
    public Response logOut(@Context RoutingContext context) {
        HttpServerRequest request = context.request();
        Cookie cookie = request.getCookie(LoginCookie.NAME);
        if (cookie == null || !LoginCookie.isMeant(request)) {
            return Response.noContent().build();
        }
        Optional<Holder> holder = logins.use(cookie.getValue());
        holder.ifPresent(who -> audit.by(new Caller(
                who.name(), who.credential(), LoginCookie.sender(request).address())));
        logins.end(cookie.getValue());
        context.response().addCookie(LoginCookie.gone(request.isSSL()));
        return holder.map(Holder::byProvider)
                .map(Login.ByProvider::endSession)
                .filter(end -> settings.mode() == LoginMode.OIDC)
                .map(end -> Response.ok(new LoggedOut(provider.logOutAt(end, context)))
                        .build())
                .orElseGet(() -> Response.noContent().build());
    }
}
