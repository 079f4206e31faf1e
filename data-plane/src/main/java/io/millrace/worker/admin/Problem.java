package io.millrace.worker.admin;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Errors of the admin API, as RFC 9457 has them. */
public final class Problem {

    private static final String CONTENT_TYPE = "application/problem+json";

    private Problem() {}

    public static void send(RoutingContext context, int status, String title, String detail) {
        send(context, status, title, detail, null);
    }

    /** @param detail which token would do */
    static void unauthorized(RoutingContext context, String detail) {
        context.response().putHeader("WWW-Authenticate", "Bearer");
        send(context, 401, "Unauthorized", detail);
    }

    /** @param field the query parameter that was wrong */
    static void send(RoutingContext context, int status, String title, String detail, @Nullable String field) {
        JsonObject body = new JsonObject()
                .put("type", "about:blank")
                .put("title", title)
                .put("status", status)
                .put("detail", detail);
        if (field != null) {
            body.put("field", field);
        }
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", CONTENT_TYPE)
                .end(body.encode());
    }
}
