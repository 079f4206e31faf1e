package io.millrace.control.security.login.oidc;

import io.millrace.control.security.login.oidc.OidcTenants.Use;
import io.quarkus.oidc.OIDCException;
import io.quarkus.oidc.OidcConfigurationMetadata;
import io.quarkus.oidc.runtime.OidcAuthenticationMechanism;
import io.quarkus.oidc.runtime.OidcUtils;
import io.quarkus.oidc.runtime.TenantConfigBean;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jspecify.annotations.Nullable;

/** Says who somebody is, as the provider says it. */
@Singleton
public final class OidcLogin {

    /** Three parts between dots; whatever else comes as a token is none of the provider's. */
    private static final Pattern JWT = Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");

    /** What may stand in a log, in the audit and on a page: no line breaks, no marks that turn text around. */
    private static final Pattern NAME = Pattern.compile("[^\\p{C}\\p{Zl}\\p{Zp}]{1,128}");

    private final Instance<OidcSettings> settings;
    private final Instance<OidcAuthenticationMechanism> quarkus;
    private final Instance<TenantConfigBean> tenants;
    private @Nullable ProviderCalls calls;

    @Inject
    OidcLogin(
            Instance<OidcSettings> settings,
            Instance<OidcAuthenticationMechanism> quarkus,
            Instance<TenantConfigBean> tenants) {
        this.settings = settings;
        this.quarkus = quarkus;
        this.tenants = tenants;
    }

    /** What a browser is told. */
    public sealed interface Step {

        /** Somebody has logged in at the provider. */
        record LoggedIn(Identified person) implements Step {}

        /** They shall do so there. */
        record LogInThere(String location) implements Step {}
    }

    /** Whether a bearer token may be one of the provider. */
    public boolean mayBeItsToken(String token) {
        return settings.get().audience() != null && JWT.matcher(token).matches();
    }

    /** What is said to those whom the provider knows and who may do nothing here. */
    public String whyNoRole() {
        return "the claim '" + settings.get().roleClaim() + "' of the token has no value that "
                + OidcSettings.ROLES_VARIABLE + " gives a role";
    }

    /** Who shows the token of the Authorization header. Fails as Quarkus' mechanisms do, or with {@link ProviderUnavailableException}. */
    public Uni<Identified> byToken(RoutingContext context, IdentityProviderManager providers) {
        return ask(Use.MACHINES, context, () -> quarkus.get().authenticate(context, providers))
                .map(this::identified);
    }

    /** The authorization code flow, from the first request to the one with the code. Fails likewise. */
    public Uni<Step> byCode(RoutingContext context, IdentityProviderManager providers) {
        boolean returning = context.queryParams().contains("code")
                || context.queryParams().contains("error")
                || context.queryParams().contains("state");
        return ask(
                        Use.PEOPLE,
                        context,
                        () -> quarkus.get().authenticate(context, providers).chain(identity -> {
                            if (identity != null) {
                                return Uni.createFrom().<Step>item(new Step.LoggedIn(identified(identity)));
                            }
                            // What this server did not ask for begins no log-in, least of all a new round of it.
                            return returning
                                    ? Uni.createFrom()
                                            .failure(new AuthenticationFailedException("no such log-in was begun"))
                                    : quarkus.get().getChallenge(context).map(OidcLogin::location);
                        }))
                .eventually(() -> withoutSession(context));
    }

    /**
     * Where a browser ends its log-in at the provider, from where it comes back to this server. Without a token as a hint, since none is kept: the
     * provider may ask the person.
     *
     * @param endSession as the provider has named it
     */
    public String logOutAt(String endSession, RoutingContext context) {
        URI back = settings.get().redirectUrl() == null
                ? URI.create(context.request().absoluteURI())
                : settings.get().redirectUrl();
        return endSession + (endSession.contains("?") ? "&" : "?") + "client_id="
                + URLEncoder.encode(settings.get().clientId(), StandardCharsets.UTF_8)
                + "&post_logout_redirect_uri="
                + URLEncoder.encode(back.resolve("/").toString(), StandardCharsets.UTF_8);
    }

    /** Whether browsers come by TLS that ends in front of this server. */
    public boolean isBehindTls() {
        return settings.get().overTls();
    }

    private static Step location(ChallengeData challenge) {
        String location = null;
        for (var header : challenge.getHeaders().entrySet()) {
            if (HttpHeaders.LOCATION.toString().contentEquals(header.getKey())) {
                location = header.getValue();
            }
        }
        if (location == null) {
            throw new AuthenticationFailedException("the log-in has no beginning");
        }
        return new Step.LogInThere(location);
    }

    private static void withoutSession(RoutingContext context) {
        var _ = context.response().removeCookies("q_session_" + Use.PEOPLE.tenant(), false);
    }

    private <T> Uni<T> ask(Use use, RoutingContext context, Supplier<Uni<? extends T>> request) {
        use.of(context);
        if (use == Use.MACHINES && isReady(use)) {
            // Nothing is asked of the provider but new keys, and that seldom.
            return Uni.createFrom().deferred(request);
        }
        boolean ready = isReady(use);
        Predicate<Throwable> away = failure -> (!ready && !isReady(use)) || isSilence(failure);
        return calls().call(away, request);
    }

    private boolean isReady(Use use) {
        return tenants.get().getDynamicTenant(use.tenant()) != null;
    }

    /** Quarkus says what the provider answered, or what is wrong with a token; whatever else went wrong was the way there. */
    private static boolean isSilence(Throwable failure) {
        if (failure instanceof TimeoutException) {
            return true;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof OIDCException
                    || cause instanceof AuthenticationFailedException
                    || cause instanceof InvalidJwtException) {
                return false;
            }
        }
        return failure.getCause() != null;
    }

    private synchronized ProviderCalls calls() {
        ProviderCalls made = calls;
        if (made == null) {
            made = new ProviderCalls(settings.get().url(), System::nanoTime);
            calls = made;
        }
        return made;
    }

    private Identified identified(SecurityIdentity identity) {
        if (!(identity.getPrincipal() instanceof JsonWebToken token)) {
            throw new AuthenticationFailedException("the token is none that can be read");
        }
        OidcConfigurationMetadata provider = identity.getAttribute(OidcUtils.CONFIG_METADATA_ATTRIBUTE);
        return new Identified(
                nameOf(token),
                settings.get().roleOf(identity.getRoles()),
                Instant.ofEpochSecond(token.getExpirationTime()),
                provider == null ? null : provider.getEndSessionUri());
    }

    private String nameOf(JsonWebToken token) {
        Object name = token.getClaim(settings.get().nameClaim());
        if (name != null && NAME.matcher(name.toString()).matches()) {
            return name.toString();
        }
        String subject = token.getSubject();
        if (subject != null && NAME.matcher(subject).matches()) {
            return subject;
        }
        throw new AuthenticationFailedException("the token names nobody");
    }
}
