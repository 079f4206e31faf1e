package io.millrace.control.api.access;

import io.millrace.control.api.ForeignParameters;
import io.millrace.control.api.Problem;
import io.millrace.control.audit.AuditTrail;
import io.millrace.control.audit.Audited;
import io.millrace.control.limits.TokenBuckets;
import io.millrace.control.security.Caller;
import io.millrace.control.security.PeerAddress;
import io.millrace.control.security.RefusedCallers;
import io.millrace.control.security.login.LoginCookie;
import io.millrace.control.security.login.LoginMode;
import io.millrace.control.security.login.LoginSettings;
import io.millrace.control.security.login.ThisMachine;
import io.millrace.control.security.login.oidc.Identified;
import io.millrace.control.security.login.oidc.OidcLogin;
import io.millrace.control.security.login.oidc.OidcLogin.Step;
import io.millrace.control.security.login.oidc.OidcSettings;
import io.millrace.control.security.user.Login;
import io.millrace.control.security.user.Logins;
import io.quarkus.security.AuthenticationCompletionException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.PermitAll;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Log-in at an identity provider. The same address begins it and takes the browser back, so that one address is registered there. */
@Path(OidcSettings.PATH)
@Singleton
@Tag(name = "access")
@PermitAll
public class OidcLoginResource {

    /** Codes of one address that the provider does not know: so many at once, then one a second. Each costs it a request. */
    private static final int WRONG_CODES = 20;

    private static final String LOCAL_PAGE = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Millrace</title><meta http-equiv="refresh" content="0;url=/"></head>
            <body><a href="/">Continue</a></body></html>
            """;

    private final LoginSettings settings;
    private final OidcLogin provider;
    private final IdentityProviderManager providers;
    private final Logins logins;
    private final RefusedCallers refused;
    private final AuditTrail audit;
    private final TokenBuckets codes = new TokenBuckets(1, WRONG_CODES);

    @Inject
    public OidcLoginResource(
            LoginSettings settings,
            OidcLogin provider,
            IdentityProviderManager providers,
            Logins logins,
            RefusedCallers refused,
            AuditTrail audit) {
        this.settings = settings;
        this.provider = provider;
        this.providers = providers;
        this.logins = logins;
        this.refused = refused;
        this.audit = audit;
    }

    @GET
    @NonBlocking
    @ForeignParameters
    @Audited("login.begin")
    @Operation(
            summary = "Log in at the identity provider",
            description =
                    "For browsers, and only where MILLRACE_LOGIN is oidc. Leads to the provider, which leads back here; then the answer sets a"
                            + " cookie and leads to the first page. Changes with the cookie need the header X-Millrace-Request, with any value.")
    @APIResponse(
            responseCode = "200",
            description = "Logged in; a page that leads on",
            content = @Content(mediaType = MediaType.TEXT_HTML, schema = @Schema(implementation = String.class)))
    @APIResponse(responseCode = "302", description = "To the provider")
    @APIResponse(
            responseCode = "401",
            description = "The provider has not logged in anybody, or this is no page that somebody opens")
    @APIResponse(
            responseCode = "403",
            description = "The token names no role, or this is plain HTTP from another machine")
    @APIResponse(responseCode = "404", description = "A provider is not how one logs in here")
    @APIResponse(responseCode = "429", description = "Too many attempts")
    @APIResponse(responseCode = "503", description = "The provider does not answer")
    public Uni<Response> logIn(@Context RoutingContext context) {
        HttpServerRequest request = context.request();
        String address = PeerAddress.of(request);
        audit.by(new Caller("unknown", "none", address));
        Optional<Response> refusal = refusal(context, address);
        if (refusal.isPresent()) {
            return Uni.createFrom().item(refusal.get());
        }
        boolean withCode = request.query() != null;
        if (withCode && !codes.take(address, System.nanoTime())) {
            var _ = refused.refused(address, "GET " + OidcSettings.PATH, "fewer wrong codes");
            return Uni.createFrom().item(tooMany());
        }
        return provider.byCode(context, providers)
                // The store is written, which may wait.
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .map(step -> switch (step) {
                    case Step.LogInThere there -> {
                        audit.leaveOut();
                        yield Response.status(Response.Status.FOUND)
                                .location(URI.create(there.location()))
                                .build();
                    }
                    case Step.LoggedIn in -> {
                        codes.give(address);
                        yield begin(in.person(), context);
                    }
                })
                .onFailure(OidcLoginResource::isRefusal)
                .recoverWithItem(failure -> notLoggedIn(address));
    }

    private static boolean isRefusal(Throwable failure) {
        return failure instanceof AuthenticationFailedException || failure instanceof AuthenticationCompletionException;
    }

    private Optional<Response> refusal(RoutingContext context, String address) {
        HttpServerRequest request = context.request();
        if (settings.mode() != LoginMode.OIDC) {
            audit.leaveOut();
            return Optional.of(Problem.of(
                            Response.Status.NOT_FOUND,
                            "there is no log-in at a provider: MILLRACE_LOGIN is "
                                    + settings.mode().word())
                    .withCode("no-provider-login")
                    .toResponse());
        }
        String fetchMode = request.getHeader("Sec-Fetch-Mode");
        if (fetchMode != null && !fetchMode.equals("navigate")) {
            // A script would follow the redirect in vain.
            return Optional.of(
                    Problem.of(Response.Status.UNAUTHORIZED, settings.mode().howToLogIn())
                            .withCode("not-logged-in")
                            .toResponse());
        }
        if (!request.isSSL() && !provider.isBehindTls() && !settings.overPlainHttp() && !ThisMachine.sent(request)) {
            var _ = refused.refused(address, "GET " + OidcSettings.PATH, "HTTPS");
            return Optional.of(Problem.of(
                            Response.Status.FORBIDDEN,
                            "a log-in from another machine comes over HTTPS only; MILLRACE_OIDC_REDIRECT_URL names the address behind"
                                    + " a proxy that ends TLS, MILLRACE_LOGIN_PLAIN_HTTP would allow plain HTTP")
                    .withCode("plain-http")
                    .toResponse());
        }
        return Optional.empty();
    }

    private Response begin(Identified person, RoutingContext context) {
        HttpServerRequest request = context.request();
        audit.by(new Caller(person.name(), Caller.PROVIDER_LOG_IN, PeerAddress.of(request)));
        if (person.role() == null) {
            var _ = refused.refused(PeerAddress.of(request), "GET " + OidcSettings.PATH, "a role");
            return Problem.of(Response.Status.FORBIDDEN, provider.whyNoRole())
                    .withCode("role-missing")
                    .toResponse();
        }
        Cookie before = request.getCookie(LoginCookie.NAME);
        if (before != null) {
            logins.end(before.getValue());
        }
        Optional<String> secret =
                logins.begin(person.name(), new Login.ByProvider(person.role(), person.until(), person.endSession()));
        if (secret.isEmpty()) {
            return tooMany();
        }
        context.response().addCookie(LoginCookie.of(secret.get(), request.isSSL() || provider.isBehindTls()));
        // No redirect: a browser that came from another site would leave out the new cookie, which is SameSite=Strict.
        return Response.ok(LOCAL_PAGE, MediaType.TEXT_HTML_TYPE.withCharset("utf-8"))
                .build();
    }

    private Response notLoggedIn(String address) {
        var _ = refused.refused(address, "GET " + OidcSettings.PATH, "a log-in at the provider");
        return Problem.of(
                        Response.Status.UNAUTHORIZED,
                        "the provider has not logged in anybody with this; begin again at " + OidcSettings.PATH)
                .withCode("credential-invalid")
                .toResponse();
    }

    private static Response tooMany() {
        return Response.fromResponse(Problem.of(Response.Status.TOO_MANY_REQUESTS, "too many attempts to log in")
                        .withCode("too-many-attempts")
                        .toResponse())
                .header(HttpHeaders.RETRY_AFTER, 1)
                .build();
    }
}
