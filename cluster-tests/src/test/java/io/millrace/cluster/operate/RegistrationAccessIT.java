package io.millrace.cluster.operate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.cluster.plane.ControlPlane;
import io.millrace.cluster.plane.Machine;
import io.millrace.cluster.process.Http;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A control plane with the variables of SRS 8's proxy for the authentication of registrations. */
class RegistrationAccessIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String TOKEN = "token-of-all-origins";

    @TempDir
    private static Path folder;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void originsRegisterByHeaderOrByPathAndNotWithoutAlsoAfterARestart() throws Exception {
        Path there = Files.createTempDirectory(folder, "guarded");
        Path file = Files.writeString(there.resolve("tokens"), "token-of-last-year\n");
        Map<String, String> settings = Map.of(
                "PROXY_HTTP_API_AUTH_ENABLED", "on",
                "PROXY_HTTP_API_AUTH_TYPE", "bearer",
                "PROXY_HTTP_API_AUTH_TOKEN", TOKEN,
                "MILLRACE_REGISTRATION_TOKENS_FILE", file.toString(),
                "MILLRACE_REGISTRATION_NETWORKS", "10.0.0.0/8");
        try (ControlPlane plane = ControlPlane.start(there, settings)) {
            HttpResponse<String> refused = register(plane, "nobody", "", null);
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.body()).isEqualTo("Unauthorized\n");
            assertThat(refused.headers().firstValue("Www-Authenticate")).contains("Bearer");
            assertThat(refused.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
            assertThat(refused.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(register(plane, "nobody", "", "Bearer wrong").statusCode())
                    .isEqualTo(401);
            assertThat(plane.api().get("/api/v1/versions").status()).isEqualTo(200);

            Http.Answer made = plane.api().send("POST", "/api/v1/origin-credentials", "{\"servers\":\"by-path*\"}");
            assertThat(made.status()).isEqualTo(201);
            String secret = made.json().path("secret").asText();
            HttpResponse<String> taken = register(plane, "by-header", "", "Bearer " + TOKEN);
            assertThat(taken.statusCode()).isEqualTo(200);
            assertThat(taken.body()).startsWith("{\"code\":0,\"pid\":\"");
            assertThat(register(plane, "by-path-1", "/" + secret, null).statusCode())
                    .isEqualTo(200);
            assertThat(register(plane, "another", "/" + secret, null).statusCode())
                    .isEqualTo(403);
            assertThat(servers(plane)).containsExactlyInAnyOrder("by-header", "by-path-1");

            assertThat(register(plane, "old", "", "Bearer token-of-last-year").statusCode())
                    .isEqualTo(200);
            Files.writeString(file, "token-of-next-year\n");
            plane.process().await(SOON, "the file of tokens is read again", () -> {
                return register(plane, "new", "", "Bearer token-of-next-year").statusCode() == 200;
            });
            assertThat(register(plane, "old", "", "Bearer token-of-last-year").statusCode())
                    .isEqualTo(401);

            List<String> before = List.copyOf(plane.process().output());
            plane.kill();
            plane.restart();
            assertThat(register(plane, "by-path-2", "/" + secret, null).statusCode())
                    .isEqualTo(200);
            String id = made.json().path("credential").path("id").asText();
            plane.api().send("DELETE", "/api/v1/origin-credentials/" + id, "");
            assertThat(register(plane, "by-path-2", "/" + secret, null).statusCode())
                    .isEqualTo(401);

            String metrics = plane.management().get("/q/metrics").text();
            assertThat(metrics).contains("millrace_registrations_refused_total{reason=\"unauthorized\"}");
            String all = metrics + before + plane.process().output() + stored(there);
            assertThat(all).contains("refused a call from=127.0.0.1 call=POST /api/v1/srs/register");
            assertThat(all)
                    .doesNotContain(secret)
                    .doesNotContain(secret.substring(17))
                    .doesNotContain(TOKEN);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true | bearer | secret | PROXY_HTTP_API_AUTH_ENABLED (proxy.http.api.auth.enabled) is 'true'; allowed is on or off",
                "on | | secret | PROXY_HTTP_API_AUTH_TYPE is required",
                "on | basic | secret | PROXY_HTTP_API_AUTH_TYPE is 'basic'; the proxy only supports bearer",
                "on | bearer | | PROXY_HTTP_API_AUTH_TOKEN is required"
            })
    void wrongVariablesEndTheStartWithOneLine(
            String enabled, @Nullable String type, @Nullable String token, String line) throws IOException {
        Path there = Files.createTempDirectory(folder, "wrong");
        Map<String, String> settings = Map.of(
                "PROXY_HTTP_API_AUTH_ENABLED", enabled,
                "PROXY_HTTP_API_AUTH_TYPE", type == null ? "" : type,
                "PROXY_HTTP_API_AUTH_TOKEN", token == null ? "" : token);
        try (ControlPlane plane = ControlPlane.launch(there, Machine.HERE, settings)) {
            assertThat(plane.process().awaitExit(SOON)).isNotZero();
            assertThat(plane.process().output())
                    .anySatisfy(text -> assertThat(text).contains(line))
                    .noneSatisfy(text -> assertThat(text).containsAnyOf("\tat ", "secret"));
        }
    }

    private HttpResponse<String> register(
            ControlPlane plane, String server, String below, @Nullable String authorization) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(plane.url() + "/api/v1/srs/register" + below))
                .timeout(SOON)
                .POST(HttpRequest.BodyPublishers.ofString("{\"ip\":\"10.0.0.7\",\"server\":\"" + server
                        + "\",\"service\":\"s\",\"pid\":\"1\",\"rtmp\":[\"1935\"]}"));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static List<String> servers(ControlPlane plane) {
        return plane.api().get("/api/v1/origins").items().stream()
                .map(origin -> origin.path("server"))
                .map(JsonNode::asText)
                .toList();
    }

    /** What is on the disk of the control plane, but for the file of tokens. */
    private static String stored(Path there) throws IOException {
        StringBuilder all = new StringBuilder();
        try (var files = Files.walk(there)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.endsWith("tokens")) {
                    all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
                }
            }
        }
        return all.toString();
    }
}
