package io.millrace.control.health;

import io.millrace.control.security.PeerAddress;
import io.millrace.control.security.Roles;
import io.millrace.control.security.token.ApiTokens;
import io.millrace.control.settings.SettingText;
import io.millrace.control.start.StartOrder;
import io.millrace.model.address.Networks;
import io.millrace.model.settings.MetricsAccess;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Guards the metrics at the management port. On event loops. */
@ApplicationScoped
class MetricsHttp {

    /** Before what answers. */
    private static final int FIRST = -10_000;

    private static final int UNAUTHORIZED = 401;

    /** Made when the settings have been checked. */
    private final Instance<MetricsAccess> access;

    private final Instance<ApiTokens> tokens;

    @Inject
    MetricsHttp(Instance<MetricsAccess> access, Instance<ApiTokens> tokens) {
        this.access = access;
        this.tokens = tokens;
    }

    @Produces
    @Singleton
    static MetricsAccess access(
            @ConfigProperty(name = MetricsAccess.NETWORKS, defaultValue = Networks.USUAL) String networks,
            @ConfigProperty(name = MetricsAccess.TOKEN) Optional<String> token) {
        return new MetricsAccess(
                SettingText.networks(MetricsAccess.NETWORKS, networks), token.filter(text -> !text.isBlank()));
    }

    /** Making the settings checks them. */
    void checkSettings(@Observes @Priority(StartOrder.SETTINGS) StartupEvent event) {
        var _ = access.get();
    }

    void register(@Observes ManagementInterface management) {
        management.router().route("/q/metrics*").order(FIRST).handler(this::guard);
    }

    private void guard(RoutingContext context) {
        String authorization = context.request().getHeader("Authorization");
        if (access.get().allows(PeerAddress.of(context.request()), authorization) || isExporter(authorization)) {
            context.next();
            return;
        }
        context.response()
                .setStatusCode(UNAUTHORIZED)
                .putHeader("WWW-Authenticate", "Bearer")
                .end(
                        "metrics are read from networks of MILLRACE_METRICS_NETWORKS, with the token of MILLRACE_METRICS_TOKEN, or with an"
                                + " API token that has the role exporter or viewer\n");
    }

    private boolean isExporter(@Nullable String authorization) {
        return MetricsAccess.bearer(authorization)
                .flatMap(shown -> tokens.get().use(shown))
                .filter(token -> token.role().equals(Roles.EXPORTER)
                        || Roles.including(token.role()).contains(Roles.VIEWER))
                .isPresent();
    }
}
