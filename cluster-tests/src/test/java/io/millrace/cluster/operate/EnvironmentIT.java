package io.millrace.cluster.operate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cluster.plane.Product;
import io.millrace.cluster.process.Http;
import io.millrace.cluster.process.ManagedProcess;
import io.millrace.cluster.process.Ports;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both planes in the environment of SRS's proxy: variables that are set to nothing, and a file with the others. */
class EnvironmentIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern VARIABLE = Pattern.compile("\\| `([A-Z_]+)` \\|");

    @TempDir
    private static Path folder;

    private final int systemApi = Ports.reserve();
    private final int management = Ports.reserve();
    private final int media = Ports.reserve();
    private final int api = Ports.reserve();

    @Test
    void bothPlanesReadVariablesAndTheirFileAsSrsDoes() throws IOException {
        Path there = Files.createTempDirectory(folder, "both");
        try (ManagedProcess plane = controlPlane(there);
                ManagedProcess worker = worker(there)) {
            Http system = new Http(URI.create("http://127.0.0.1:" + systemApi + "/"));
            plane.await(
                    SOON,
                    "versions are answered on the system API",
                    () -> versions(system).isObject());
            JsonNode origin = system.get("/api/v1/origins").items().getFirst();
            assertThat(origin.path("ip").asText()).isEqualTo("127.0.0.1");
            assertThat(origin.path("endpoints").path("rtmp").get(0).asText()).isEqualTo("tcp://127.0.0.1:1935");

            for (int port : new int[] {media, api}) {
                Http http = new Http(URI.create("http://127.0.0.1:" + port + "/"));
                worker.await(
                        SOON,
                        "versions are answered on port " + port,
                        () -> versions(http)
                                .path("service")
                                .equals(versions(system).path("service")));
                assertThat(versions(http)).isEqualTo(versions(system));
            }
            assertThat(lines(worker)).anySatisfy(line -> {
                assertThat(line.path("level").asText()).isEqualTo("WARN");
                assertThat(line.path("msg").asText()).startsWith("grace time shortened");
            });
            for (ManagedProcess process : List.of(plane, worker)) {
                assertThat(lines(process))
                        .hasSizeGreaterThan(2)
                        .allSatisfy(line ->
                                assertThat(line.fieldNames()).toIterable().contains("time", "level", "msg", "pid"));
            }
        }
    }

    private ManagedProcess controlPlane(Path there) throws IOException {
        Files.writeString(there.resolve(".env"), """
                # As SRS's proxy reads it
                export PROXY_SYSTEM_API='127.0.0.1:%d'
                PROXY_LOAD_BALANCER_TYPE="redis"
                PROXY_DEFAULT_BACKEND_ENABLED="on" # in quotes
                MILLRACE_MANAGEMENT=%d # without
                MILLRACE_LOG_JSON="on"
                """.formatted(systemApi, management));
        Map<String, String> nothing = nothing(
                "control-plane",
                List.of(
                        "PROXY_SYSTEM_API",
                        "PROXY_DEFAULT_BACKEND_ENABLED",
                        "MILLRACE_MANAGEMENT",
                        "MILLRACE_LOG_JSON"));
        assertThat(nothing)
                .containsKeys("PROXY_LOAD_BALANCER_TYPE", "PROXY_DEFAULT_BACKEND_IP", "PROXY_REDIS_PASSWORD");
        return ManagedProcess.start(
                "control plane", there, nothing, Product.command("control-plane", "control-plane", List.of()));
    }

    private ManagedProcess worker(Path there) throws IOException {
        Path own = Files.createDirectory(there.resolve("worker"));
        Files.writeString(own.resolve(".env"), """
                export PROXY_HTTP_SERVER="127.0.0.1:%d"
                PROXY_HTTP_API='127.0.0.1:%d'
                PROXY_RTMP_SERVER=127.0.0.1:%d
                PROXY_SRT_SERVER=127.0.0.1:%d
                PROXY_WEBRTC_SERVER=127.0.0.1:%d
                MILLRACE_RTSP_SERVER=127.0.0.1:%d
                MILLRACE_MANAGEMENT=%d
                MILLRACE_CONTROL_PLANE_URL=http://127.0.0.1:%d
                MILLRACE_DATA_DIR="%s"
                MILLRACE_LOG_JSON=on
                PROXY_GRACE_QUIT_TIMEOUT="30s"
                """.formatted(
                        media,
                        api,
                        Ports.reserve(),
                        Ports.reserve(),
                        Ports.reserve(),
                        Ports.reserve(),
                        Ports.reserve(),
                        systemApi,
                        there.resolve("millrace-data")));
        Map<String, String> nothing = nothing(
                "worker",
                Files.readAllLines(own.resolve(".env")).stream()
                        .map(line -> line.replace("export ", "").split("=", 2)[0])
                        .toList());
        assertThat(nothing).containsKeys("PROXY_FORCE_QUIT_TIMEOUT", "PROXY_STATIC_FILES");
        return ManagedProcess.start("worker", own, nothing, Product.command("data-plane", "worker", List.of()));
    }

    /** Every variable of a plane that the settings reference knows, set to nothing. */
    private static Map<String, String> nothing(String plane, List<String> except) throws IOException {
        String page = Files.readString(Product.root().resolve("docs/settings.md"));
        String table =
                page.substring(page.indexOf("<!-- " + plane + " begins"), page.indexOf("<!-- " + plane + " ends"));
        Map<String, String> variables = new HashMap<>();
        VARIABLE.matcher(table)
                .results()
                .map((MatchResult found) -> found.group(1))
                .filter(name -> !except.contains(name))
                .forEach(name -> variables.put(name, ""));
        return variables;
    }

    /** Missing where they are not answered alike to GET and POST. */
    private static JsonNode versions(Http http) {
        Http.Answer got = http.get("/api/v1/versions");
        Http.Answer posted = http.send("POST", "/api/v1/versions", "");
        boolean alike =
                got.status() == 200 && posted.status() == 200 && got.json().equals(posted.json());
        boolean whole = got.json().path("signature").isTextual()
                && got.json().path("version").isTextual()
                && got.json().path("data").path("version").isTextual();
        return alike && whole ? got.json() : JSON.missingNode();
    }

    private static List<JsonNode> lines(ManagedProcess process) {
        return process.output().stream()
                .map(line -> {
                    try {
                        return JSON.readTree(line);
                    } catch (JsonProcessingException e) {
                        throw new AssertionError("no JSON: " + line, e);
                    }
                })
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"control-plane, control-plane", "data-plane, worker"})
    void aFileThatCannotBeReadStopsTheStartWithOneLine(String module, String options) throws IOException {
        Path there = Files.createTempDirectory(folder, module);
        Files.createDirectory(there.resolve(".env"));
        try (ManagedProcess plane = ManagedProcess.start(
                options,
                there,
                Map.of("MILLRACE_MANAGEMENT", Integer.toString(management)),
                Product.command(module, options, List.of()))) {
            assertThat(plane.awaitExit(SOON)).as(plane.lastOutput()).isEqualTo(1);
            assertThat(plane.output())
                    .filteredOn(line -> line.contains("/.env cannot be read ("))
                    .hasSize(1);
            assertThat(plane.output())
                    .as("an operator's mistake is no stack trace")
                    .noneMatch(line -> line.startsWith("\tat "));
        }
    }
}
