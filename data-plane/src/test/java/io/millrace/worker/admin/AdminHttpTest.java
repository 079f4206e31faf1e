package io.millrace.worker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Intent;
import io.millrace.model.settings.ClusterToken;
import io.millrace.worker.admin.sessions.Fixtures;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.admin.sessions.SessionTable;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminHttpTest {

    private final SessionTable sessions = Fixtures.sessionTable(new TestClock(), 1_000);
    private final Drain drain =
            new Drain(new DrainLimits(Duration.ofMinutes(1), Duration.ofMinutes(2)), sessions, () -> {}, () -> {});
    private final List<String> ended = new CopyOnWriteArrayList<>();
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();
    private int port;

    @BeforeEach
    void open() throws Exception {
        Router router = Router.router(vertx);
        ManagementInterface management = () -> router;
        new AdminHttp(sessions, drain, ClusterToken.of("secret-0123456789abcdef-0123456789")).register(management);
        // As the routing table's page does, behind the guard.
        router.get("/admin/extra").handler(context -> context.end("extra"));
        HttpServer server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        port = server.actualPort();
    }

    @AfterEach
    void close() {
        http.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private HttpResponse<String> send(String method, String path, String token)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (!token.isEmpty()) {
            request.header("Authorization", token);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private JsonObject ask(String method, String path, int status) throws IOException, InterruptedException {
        HttpResponse<String> response = send(method, path, "Bearer secret-0123456789abcdef-0123456789");
        assertThat(response.statusCode()).as(path).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type").orElse(""))
                .isEqualTo(status < 300 ? "application/json" : "application/problem+json");
        return new JsonObject(response.body());
    }

    private Session session(Intent intent) {
        Session session = Fixtures.open(sessions, intent, (reason, detail) -> ended.add(reason.metricTag()));
        sessions.relaying(session, Fixtures.origin("a"), 7);
        return session;
    }

    @Test
    void letsNobodyInWithoutTheToken() throws Exception {
        Session session = session(Intent.PLAY);
        for (String token : List.of("", "Bearer ", "Bearer wrong", "secret", "Basic secret", "bearer secret2")) {
            for (String path : List.of(
                    "/admin/sessions",
                    "/admin/extra",
                    "//admin/sessions",
                    "/admin/../admin/sessions",
                    "/admin/nothing")) {
                HttpResponse<String> response = send("GET", path, token);
                assertThat(response.statusCode()).as(token + path).isEqualTo(401);
                assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer");
                assertThat(response.body()).doesNotContain("secret");
            }
            assertThat(send("DELETE", "/admin/sessions/" + session.id(), token).statusCode())
                    .isEqualTo(401);
            assertThat(send("POST", "/admin/drain", token).statusCode()).isEqualTo(401);
        }
        assertThat(ended).isEmpty();
        assertThat(drain.isDraining()).isFalse();
    }

    @Test
    void showsSessions() throws Exception {
        Session publisher = session(Intent.PUBLISH);
        publisher.countIn(1_000);
        session(Intent.PLAY);
        Fixtures.open(sessions, Intent.PLAY);

        JsonObject all = ask("GET", "/admin/sessions", 200);
        assertThat(all.getInteger("total")).isEqualTo(3);
        JsonObject some = ask("GET", "/admin/sessions?limit=1", 200);
        assertThat(some.getInteger("total")).isEqualTo(3);
        assertThat(some.getJsonArray("sessions")).hasSize(1);
        String origin = Fixtures.origin("a").id().value();
        JsonArray found = ask(
                        "GET",
                        "/admin/sessions?intent=publish&protocol=rtmp&stream=__defaultVhost__/live/a&origin=" + origin,
                        200)
                .getJsonArray("sessions");
        assertThat(found).hasSize(1);
        assertThat(found.getJsonObject(0).getString("id")).isEqualTo(publisher.id());
        assertThat(ask("GET", "/admin/sessions?stream=other", 200).getInteger("total"))
                .isZero();

        JsonObject one = ask("GET", "/admin/sessions/" + publisher.id(), 200);
        assertThat(one.getLong("bytesIn")).isEqualTo(1_000);
        assertThat(one.getLong("epoch")).isEqualTo(7);
        assertThat(one.getString("origin")).isEqualTo(origin);
        assertThat(one.getString("clientAddress")).isEqualTo("10.0.0.1:5000");
    }

    @Test
    void namesTheParameterThatMakesNoSense() throws Exception {
        for (String limit : List.of("0", "-1", "x", "10001", "99999999999", "")) {
            JsonObject problem = ask("GET", "/admin/sessions?limit=" + limit, 400);
            assertThat(problem.getString("field")).isEqualTo("limit");
            assertThat(problem.getString("detail")).contains("'" + limit + "'").contains("1 to 10000");
        }
    }

    @Test
    void kicksASession() throws Exception {
        Session session = session(Intent.PLAY);
        assertThat(ask("DELETE", "/admin/sessions/" + session.id(), 202).getBoolean("ending"))
                .isTrue();
        assertThat(ended).containsExactly("kicked");
        assertThat(ask("DELETE", "/admin/sessions/s-0", 404).getString("detail"))
                .contains("'s-0'");
        ask("GET", "/admin/sessions/s-0", 404);
    }

    @Test
    void drains() throws Exception {
        session(Intent.PLAY);
        JsonObject answer = ask("POST", "/admin/drain", 202);
        assertThat(answer.getBoolean("draining")).isTrue();
        assertThat(answer.getInteger("sessions")).isEqualTo(1);
        assertThat(drain.isDraining()).isTrue();
        ask("POST", "/admin/drain", 202);
    }

    @Test
    void saysWhatIsNotThereAndServesWhatOthersAdd() throws Exception {
        assertThat(ask("GET", "/admin/nothing", 404).getString("detail")).contains("GET /admin/nothing");
        ask("GET", "/admin/drain", 404);
        ask("POST", "/admin/sessions", 404);
        assertThat(send("GET", "/admin/extra", "Bearer secret-0123456789abcdef-0123456789")
                        .body())
                .isEqualTo("extra");
    }
}
