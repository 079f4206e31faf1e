package io.millrace.control.security.login.oidc;

import io.millrace.model.digest.Sha256;
import io.quarkus.oidc.OidcRequestContext;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.oidc.OidcTenantConfigBuilder;
import io.quarkus.oidc.TenantConfigResolver;
import io.quarkus.oidc.runtime.OidcTenantConfig.ApplicationType;
import io.quarkus.oidc.runtime.OidcTenantConfig.Roles.Source;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What Quarkus is told of the provider, once for people and once for machines, when the first of them comes: a start neither waits for the
 * provider nor fails without it.
 */
@Singleton
public final class OidcTenants implements TenantConfigResolver {

    /** Which of the two a request is for. */
    enum Use {
        PEOPLE,
        MACHINES;

        String tenant() {
            return "millrace-" + name().toLowerCase(Locale.ROOT);
        }

        void of(RoutingContext context) {
            context.put(Use.class.getName(), this);
        }
    }

    /** Keys are fetched again at most this often when a token names one that is not known. */
    private static final Duration KEYS_AGAIN_AFTER = Duration.ofSeconds(5);

    /** Clocks of two machines differ. */
    private static final int CLOCK_SKEW_SECONDS = 5;

    private static final Duration CONNECT = Duration.ofSeconds(3);

    private final Instance<OidcSettings> settings;
    private volatile @Nullable OidcTenantConfig people;
    private volatile @Nullable OidcTenantConfig machines;

    @Inject
    OidcTenants(Instance<OidcSettings> settings) {
        this.settings = settings;
    }

    @Override
    public Uni<OidcTenantConfig> resolve(RoutingContext context, OidcRequestContext<OidcTenantConfig> request) {
        Use use = context.get(Use.class.getName());
        if (use == null) {
            return Uni.createFrom().nullItem();
        }
        return Uni.createFrom().item(use == Use.PEOPLE ? forPeople() : forMachines());
    }

    /** The same object each time: Quarkus takes another one for a change. */
    private synchronized OidcTenantConfig forPeople() {
        OidcTenantConfig made = people;
        if (made == null) {
            OidcSettings set = settings.get();
            made = common(set, Use.PEOPLE)
                    .applicationType(ApplicationType.WEB_APP)
                    .roles(Source.idtoken, set.roleClaim())
                    .token()
                    .lifespanGrace(CLOCK_SKEW_SECONDS)
                    .forcedJwkRefreshInterval(KEYS_AGAIN_AFTER)
                    .end()
                    .authentication()
                    .redirectPath(
                            set.redirectUrl() == null
                                    ? OidcSettings.PATH
                                    : set.redirectUrl().toString())
                    .restorePathAfterRedirect(false)
                    .removeRedirectParameters(false)
                    .cookieForceSecure(set.overTls())
                    .cookiePath(OidcSettings.PATH)
                    .scopes(set.scopes())
                    .pkceRequired()
                    .nonceRequired()
                    // The same at all control planes, so that a log-in may begin at one and end at another.
                    .stateSecret(Sha256.hex("millrace state of a log-in\n" + set.secret()))
                    .end()
                    .build();
            people = made;
        }
        return made;
    }

    private synchronized OidcTenantConfig forMachines() {
        OidcTenantConfig made = machines;
        if (made == null) {
            OidcSettings set = settings.get();
            made = common(set, Use.MACHINES)
                    .applicationType(ApplicationType.SERVICE)
                    .roles(Source.accesstoken, set.roleClaim())
                    .token()
                    .lifespanGrace(CLOCK_SKEW_SECONDS)
                    .forcedJwkRefreshInterval(KEYS_AGAIN_AFTER)
                    .audience(set.audience() == null ? set.clientId() : set.audience())
                    // Each made up token would otherwise be a request to the provider.
                    .allowJwtIntrospection(false)
                    .allowOpaqueTokenIntrospection(false)
                    .end()
                    .build();
            machines = made;
        }
        return made;
    }

    private static OidcTenantConfigBuilder common(OidcSettings set, Use use) {
        return OidcTenantConfig.builder()
                .tenantId(use.tenant())
                .authServerUrl(set.url())
                .clientId(set.clientId())
                .credentials(set.secret())
                .connectionTimeout(CONNECT)
                .tokenStateManager()
                .encryptionRequired(false)
                .end();
    }
}
