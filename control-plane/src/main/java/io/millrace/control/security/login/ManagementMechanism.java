package io.millrace.control.security.login;

import io.millrace.control.security.Caller;
import io.millrace.control.security.Roles;
import io.millrace.control.security.login.oidc.Identified;
import io.millrace.control.security.login.oidc.OidcLogin;
import io.millrace.control.security.token.ApiToken;
import io.millrace.control.security.token.ApiTokens;
import io.millrace.control.security.user.Logins;
import io.millrace.control.time.SteadyClock;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Says who makes a request: an API token in every mode, else what the mode allows. An alternative, since Quarkus' mechanism for OIDC is asked from here. */
@Singleton
@Alternative
@Priority(1)
public final class ManagementMechanism implements HttpAuthenticationMechanism {

    /** What is sent with 401. */
    public static final String CHALLENGE = "Bearer realm=\"millrace\"";

    /** In the context of a request of somebody who has no role: why. */
    public static final String WHY_NO_ROLE = "millrace.why-no-role";

    private static final String SCHEME = "Bearer ";

    /** Made when the settings have been checked. */
    private final Instance<LoginSettings> settings;

    private final Instance<ApiTokens> tokens;
    private final Instance<AdminToken> adminToken;
    private final Instance<Logins> logins;
    private final Instance<OidcLogin> provider;
    private final Instance<SteadyClock> clock;

    @Inject
    ManagementMechanism(
            Instance<LoginSettings> settings,
            Instance<ApiTokens> tokens,
            Instance<AdminToken> adminToken,
            Instance<Logins> logins,
            Instance<OidcLogin> provider,
            Instance<SteadyClock> clock) {
        this.settings = settings;
        this.tokens = tokens;
        this.adminToken = adminToken;
        this.logins = logins;
        this.provider = provider;
        this.clock = clock;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager providers) {
        HttpServerRequest request = context.request();
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization != null) {
            return byToken(context, authorization, providers);
        }
        return switch (settings.get().mode()) {
            case OPEN ->
                ThisMachine.sent(request)
                        ? Uni.createFrom().item(identity("operator", Roles.ADMIN, "this machine", () -> true))
                        : Uni.createFrom().nullItem();
            case LOCAL, OIDC -> byLogin(request);
        };
    }

    /** Who shows something wrong is nobody, also where showing nothing would do. */
    private Uni<SecurityIdentity> byToken(
            RoutingContext context, String authorization, IdentityProviderManager providers) {
        HttpServerRequest request = context.request();
        boolean bearer = authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        String token = bearer ? authorization.substring(SCHEME.length()).strip() : "";
        if (adminToken.get().is(token) && ThisMachine.sent(request)) {
            return Uni.createFrom().item(identity("local-admin", Roles.ADMIN, "admin token", () -> true));
        }
        Optional<ApiToken> ours = tokens.get().use(token);
        if (ours.isPresent()) {
            ApiToken known = ours.get();
            return Uni.createFrom()
                    .item(identity(
                            known.name(),
                            known.role(),
                            "token " + known.id(),
                            () -> tokens.get().isValid(known.id())));
        }
        if (settings.get().mode() == LoginMode.OIDC && provider.get().mayBeItsToken(token)) {
            return provider.get().byToken(context, providers).map(known -> ofProvider(context, known));
        }
        return refused("the token is unknown, has expired or was revoked");
    }

    private SecurityIdentity ofProvider(RoutingContext context, Identified known) {
        if (known.role() == null) {
            context.put(WHY_NO_ROLE, provider.get().whyNoRole());
        }
        return identity(known.name(), known.role(), Caller.PROVIDER_TOKEN, () -> now().isBefore(known.until()));
    }

    private Uni<SecurityIdentity> byLogin(HttpServerRequest request) {
        Cookie cookie = request.getCookie(LoginCookie.NAME);
        if (cookie == null) {
            return Uni.createFrom().nullItem();
        }
        if (!LoginCookie.isMeant(request)) {
            return refused("a change with a log-in needs the header " + LoginCookie.MEANT);
        }
        String logIn = cookie.getValue();
        return logins.get()
                .use(logIn)
                // Of another mode, before a restart.
                .filter(holder ->
                        (holder.byProvider() != null) == (settings.get().mode() == LoginMode.OIDC))
                .map(holder -> Uni.createFrom()
                        .item(identity(
                                holder.name(),
                                holder.role(),
                                holder.credential(),
                                () -> logins.get().isValid(logIn))))
                .orElseGet(() -> refused("the log-in has ended"));
    }

    private Instant now() {
        return clock.get().shown(clock.get().instant());
    }

    private static Uni<SecurityIdentity> refused(String why) {
        return Uni.createFrom().failure(new AuthenticationFailedException(why));
    }

    private static SecurityIdentity identity(
            String name, @Nullable String role, String credential, BooleanSupplier stillValid) {
        QuarkusSecurityIdentity.Builder identity = QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(name))
                .addAttribute(Caller.CREDENTIAL, credential)
                .addAttribute(Caller.STILL_VALID, stillValid);
        if (role != null) {
            Roles.including(role).forEach(identity::addRole);
        }
        return identity.build();
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom().item(new ChallengeData(401, "WWW-Authenticate", CHALLENGE));
    }
}
