package io.millrace.worker.admin;

import io.millrace.model.settings.ClusterToken;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.admin.sessions.SessionTable;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** {@code /admin} on the management port: sessions, kick, drain. Needs the cluster token. */
@Singleton
class AdminHttp {

    private static final int FIRST = 1;
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 10_000;
    private static final int OK = 200;
    private static final int ACCEPTED = 202;

    private final SessionTable sessions;
    private final Drain drain;
    private final ClusterToken token;

    AdminHttp(SessionTable sessions, Drain drain, ClusterToken token) {
        this.sessions = sessions;
        this.drain = drain;
        this.token = token;
    }

    /** Before all others that add to {@code /admin}: the guard stands in front of them too. */
    void register(@Observes @Priority(FIRST) ManagementInterface management) {
        Router router = management.router();
        router.route("/admin/*").handler(this::guard);
        router.get("/admin/sessions").handler(this::list);
        router.get("/admin/sessions/:id").handler(this::get);
        router.delete("/admin/sessions/:id").handler(this::kick);
        router.post("/admin/drain").handler(this::drain);
        router.route("/admin/*")
                .last()
                .handler(context -> Problem.send(
                        context,
                        404,
                        "Not found",
                        "there is no " + context.request().method() + " "
                                + context.request().path()));
    }

    private void guard(RoutingContext context) {
        context.response()
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("X-Frame-Options", "DENY");
        if (token.accepts(context.request().getHeader("Authorization"))) {
            context.next();
            return;
        }
        Problem.unauthorized(
                context,
                "send the cluster token of this worker as 'Authorization: Bearer TOKEN' (MILLRACE_CLUSTER_TOKEN)");
    }

    private void list(RoutingContext context) {
        int limit = DEFAULT_LIMIT;
        String asked = context.request().getParam("limit");
        if (asked != null) {
            limit = asked.matches("\\d{1,5}") ? Integer.parseInt(asked) : 0;
            if (limit < 1 || limit > MAX_LIMIT) {
                Problem.send(
                        context,
                        400,
                        "Bad request",
                        "limit is '" + asked + "'; allowed are whole numbers from 1 to " + MAX_LIMIT,
                        "limit");
                return;
            }
        }
        List<Session> found = sessions.sessions().stream()
                .filter(session -> wanted(context, "stream", session.stream().toString()))
                .filter(session ->
                        wanted(context, "protocol", session.protocol().word()))
                .filter(session -> wanted(context, "intent", session.intent().word()))
                .filter(session -> wanted(
                        context,
                        "origin",
                        session.relaying()
                                .map(relaying -> relaying.origin().id().value())
                                .orElse("")))
                .toList();
        JsonArray shown = new JsonArray();
        found.stream().limit(limit).map(AdminHttp::describe).forEach(shown::add);
        answer(context, OK, new JsonObject().put("total", found.size()).put("sessions", shown));
    }

    private static boolean wanted(RoutingContext context, String parameter, String value) {
        String asked = context.request().getParam(parameter);
        return asked == null || asked.equals(value);
    }

    private void get(RoutingContext context) {
        String id = String.valueOf(context.pathParam("id"));
        Optional<Session> session = sessions.find(id);
        if (session.isPresent()) {
            answer(context, OK, describe(session.get()));
        } else {
            noSuchSession(context, id);
        }
    }

    private void kick(RoutingContext context) {
        String id = String.valueOf(context.pathParam("id"));
        if (sessions.end(id, CloseReason.KICKED, "kicked by the admin API")) {
            answer(context, ACCEPTED, new JsonObject().put("id", id).put("ending", true));
        } else {
            noSuchSession(context, id);
        }
    }

    private static void noSuchSession(RoutingContext context, String id) {
        Problem.send(context, 404, "Not found", "there is no session '" + id + "' on this worker");
    }

    private void drain(RoutingContext context) {
        drain.begin("the admin API was asked to drain");
        answer(context, ACCEPTED, new JsonObject().put("draining", true).put("sessions", sessions.size()));
    }

    private static JsonObject describe(Session session) {
        JsonObject shown = new JsonObject()
                .put("id", session.id())
                .put("protocol", session.protocol().word())
                .put("intent", session.intent().word())
                .put("stream", session.stream().toString())
                .put("clientAddress", session.clientAddress())
                .put("startedAt", session.startedAt().toString())
                .put("bytesIn", session.bytesIn())
                .put("bytesOut", session.bytesOut())
                .put("audioFrames", session.audioFrames())
                .put("videoFrames", session.videoFrames())
                .put("stalls", session.stalls());
        session.relaying()
                .ifPresent(
                        relaying -> shown.put("origin", relaying.origin().id().value())
                                .put("originName", relaying.origin().displayName())
                                .put("epoch", relaying.epoch()));
        return shown;
    }

    private static void answer(RoutingContext context, int status, JsonObject body) {
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(body.encode());
    }
}
