package io.millrace.worker.admin;

import io.millrace.model.settings.MetricsAccess;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;

/** Guards the metrics at the management port. On event loops. */
@ApplicationScoped
class MetricsHttp {

    /** Before what answers. */
    private static final int FIRST = -10_000;

    private final MetricsAccess access;

    @Inject
    MetricsHttp(MetricsAccess access) {
        this.access = access;
    }

    void register(@Observes ManagementInterface management) {
        management.router().route("/q/metrics*").order(FIRST).handler(this::guard);
    }

    private void guard(RoutingContext context) {
        SocketAddress from = context.request().remoteAddress();
        String peer = from == null || from.hostAddress() == null ? "" : from.hostAddress();
        if (access.allows(peer, context.request().getHeader("Authorization"))) {
            context.next();
            return;
        }
        Problem.unauthorized(
                context,
                "metrics are read from networks of MILLRACE_METRICS_NETWORKS, or with the token of MILLRACE_METRICS_TOKEN");
    }
}
