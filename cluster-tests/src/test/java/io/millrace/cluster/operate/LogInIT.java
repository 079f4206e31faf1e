package io.millrace.cluster.operate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cluster.plane.ControlPlane;
import io.millrace.cluster.plane.Machine;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.store.RedisServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People and tokens at two control planes on one Redis. */
class LogInIT {

    /** What ends at one control plane has ended at all within this time. */
    private static final Duration ENDED = Duration.ofSeconds(5);

    private static final String COOKIE = "Cookie";
    private static final String BEARER = "Authorization";
    private static final String PASSWORD = "correct horse battery";

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private RedisServer redis;
    private ControlPlane one;
    private ControlPlane two;

    @BeforeEach
    void start() throws IOException {
        redis = RedisServer.start(Files.createDirectories(folder.resolve("redis")));
        Map<String, String> settings = new HashMap<>(redis.settings());
        settings.put("MILLRACE_LOGIN", "local");
        one = ControlPlane.launch(Files.createDirectories(folder.resolve("one")), Machine.HERE, settings);
        two = ControlPlane.launch(Files.createDirectories(folder.resolve("two")), Machine.HERE, settings);
        for (ControlPlane plane : List.of(one, two)) {
            Await.until(
                    Duration.ofSeconds(60),
                    "ready",
                    () -> plane.management().get("/q/health/ready").status() == 200);
        }
    }

    @AfterEach
    void stop() {
        for (ControlPlane plane : new ControlPlane[] {one, two}) {
            if (plane != null) {
                plane.close();
            }
        }
        if (redis != null) {
            redis.close();
        }
        client.close();
    }

    @Test
    void whatBeginsAndEndsAtOneControlPlaneDoesSoAtAll() throws IOException, InterruptedException {
        String admin =
                "Bearer " + Files.readString(folder.resolve("one/admin-token")).strip();
        assertThat(call(one, "GET", "/api/v1/users", "", BEARER, admin).body())
                .as("both control planes began at once, and one of them made the first user")
                .containsOnlyOnce("\"name\":\"admin\"");
        assertThat(call(
                                one,
                                "POST",
                                "/api/v1/users",
                                "{\"name\":\"ada\",\"role\":\"admin\",\"password\":\"" + PASSWORD + "\"}",
                                BEARER,
                                admin)
                        .statusCode())
                .isEqualTo(201);
        assertThat(call(one, "GET", "/api/v1/origins", "", "X-Nothing", "").statusCode())
                .isEqualTo(401);

        String logIn = logIn(two);
        Await.until(ENDED, "the log-in holds at the other one", () -> me(one, COOKIE, logIn) == 200);

        String token = new ObjectMapper()
                .readTree(
                        call(one, "POST", "/api/v1/tokens", "{\"name\":\"script\",\"role\":\"viewer\"}", COOKIE, logIn)
                                .body())
                .path("secret")
                .asText();
        Await.until(ENDED, "the token too", () -> me(two, BEARER, "Bearer " + token) == 200);

        assertThat(call(one, "POST", "/api/v1/logout", "", COOKIE, logIn).statusCode())
                .isEqualTo(204);
        Await.until(ENDED, "the log-out holds at the other one", () -> me(two, COOKIE, logIn) == 401);
        assertThat(me(one, COOKIE, logIn)).isEqualTo(401);

        String again = logIn(one);
        Await.until(ENDED, "the second log-in holds", () -> me(two, COOKIE, again) == 200);
        String id = token.substring("mlr_".length(), token.indexOf('_', "mlr_".length()));
        assertThat(call(one, "DELETE", "/api/v1/tokens/" + id, "", COOKIE, again)
                        .statusCode())
                .isEqualTo(204);
        Await.until(ENDED, "the token is revoked", () -> me(two, BEARER, "Bearer " + token) == 401);

        assertThat(call(one, "DELETE", "/api/v1/users/ada", "", BEARER, admin).statusCode())
                .isEqualTo(204);
        Await.until(ENDED, "a user who is removed is nobody", () -> me(two, COOKIE, again) == 401);
        List<String> lines = Stream.of(one, two)
                .flatMap(plane -> plane.process().output().stream())
                .toList();
        assertThat(lines).filteredOn(line -> line.contains("there was no user")).hasSize(1);
        assertThat(String.join("\n", lines))
                .doesNotContain(PASSWORD, token, secretOf(again), admin.substring("Bearer ".length()));
    }

    private String logIn(ControlPlane plane) throws IOException, InterruptedException {
        HttpResponse<String> answer = call(
                plane,
                "POST",
                "/api/v1/login",
                "{\"name\":\"ada\",\"password\":\"" + PASSWORD + "\"}",
                "X-Nothing",
                "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.headers().allValues("Set-Cookie").stream()
                .filter(cookie -> cookie.startsWith("millrace_login="))
                .map(cookie -> cookie.substring(0, cookie.indexOf(';')))
                .findFirst()
                .orElseThrow();
    }

    private static String secretOf(String cookie) {
        return cookie.substring(cookie.indexOf('=') + 1);
    }

    private int me(ControlPlane plane, String header, String value) {
        try {
            return call(plane, "GET", "/api/v1/me", "", header, value).statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private HttpResponse<String> call(
            ControlPlane plane, String method, String path, String body, String header, String value)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(plane.url() + path))
                        .timeout(Duration.ofSeconds(10))
                        .header("Content-Type", "application/json")
                        .header("X-Millrace-Request", "1")
                        .header(header, value)
                        .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
