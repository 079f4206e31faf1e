package io.millrace.control.security.login;

import io.millrace.control.security.Caller;
import io.millrace.control.security.Roles;
import io.millrace.control.security.token.ApiTokens;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Says who makes a request: an API token in every mode, else what the mode allows. */
@Singleton
public final class ManagementMechanism implements HttpAuthenticationMechanism {

    static final String CHALLENGE = "Bearer realm=\"millrace\"";

    private static final String SCHEME = "Bearer ";

    /** Made when the settings have been checked. */
    private final Instance<ApiTokens> tokens;

    @Inject
    ManagementMechanism(Instance<ApiTokens> tokens) {
        this.tokens = tokens;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager providers) {
        HttpServerRequest request = context.request();
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization != null) {
            return byToken(authorization);
        }
        return ThisMachine.sent(request)
                ? Uni.createFrom().item(identity("operator", Roles.ADMIN, "this machine"))
                : Uni.createFrom().nullItem();
    }

    /** Who shows something wrong is nobody, also where showing nothing would do. */
    private Uni<SecurityIdentity> byToken(String authorization) {
        boolean bearer = authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        return tokens.get()
                .use(bearer ? authorization.substring(SCHEME.length()).strip() : "")
                .map(token -> Uni.createFrom().item(identity(token.name(), token.role(), "token " + token.id())))
                .orElseGet(() -> Uni.createFrom()
                        .failure(
                                new AuthenticationFailedException("the token is unknown, has expired or was revoked")));
    }

    private static SecurityIdentity identity(String name, String role, String credential) {
        QuarkusSecurityIdentity.Builder identity = QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(name))
                .addAttribute(Caller.CREDENTIAL, credential);
        Roles.including(role).forEach(identity::addRole);
        return identity.build();
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom().item(new ChallengeData(401, "WWW-Authenticate", CHALLENGE));
    }
}
