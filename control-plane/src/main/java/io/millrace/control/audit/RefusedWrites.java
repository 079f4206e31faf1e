package io.millrace.control.audit;

import io.millrace.control.security.Caller;
import io.millrace.control.security.PeerAddress;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/** Records management writes that were refused before an operation was chosen, whoever refused them. On the event loop of the connection. */
final class RefusedWrites implements Handler<RoutingContext> {

    private static final String RECORDED = "millrace.audited";
    private static final String MANAGEMENT = "/api/v1/";
    private static final Set<HttpMethod> WRITES =
            Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE);

    private final AuditLog log;

    RefusedWrites(AuditLog log) {
        this.log = log;
    }

    @Override
    public void handle(RoutingContext context) {
        if (WRITES.contains(context.request().method()) && isManagement(context.normalizedPath())) {
            context.addHeadersEndHandler(headers -> answered(context));
        }
        context.next();
    }

    private void answered(RoutingContext context) {
        int status = context.response().getStatusCode();
        if ((status == 401 || status == 403) && firstToRecord(context)) {
            log.record(
                    unknown(context),
                    context.request().method().name(),
                    target(context.normalizedPath()),
                    new Difference(null, null),
                    status);
        }
    }

    /** One who has shown nothing that is valid. */
    static Caller unknown(RoutingContext context) {
        return new Caller("unknown", "none", PeerAddress.of(context.request()));
    }

    /** What machines send has its own refusals, and its own log of them. */
    private static boolean isManagement(String path) {
        return path.startsWith(MANAGEMENT)
                && !path.startsWith(MANAGEMENT + "srs/")
                && !path.startsWith(MANAGEMENT + "hooks/")
                && !path.equals(MANAGEMENT + "versions");
    }

    static String target(String path) {
        String below = path.startsWith(MANAGEMENT) ? path.substring(MANAGEMENT.length()) : path;
        return below.startsWith("/internal/v1/") ? below.substring("/internal/v1/".length()) : below;
    }

    /** A request gets one entry. */
    static boolean firstToRecord(RoutingContext context) {
        if (context.get(RECORDED) != null) {
            return false;
        }
        context.put(RECORDED, true);
        return true;
    }
}
