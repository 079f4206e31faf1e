package io.millrace.cluster.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.cluster.fixture.Cluster;
import io.millrace.cluster.origin.NginxOrigin;
import io.millrace.cluster.plane.ControlPlane;
import io.millrace.cluster.plane.Product;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.process.Http;
import io.millrace.cluster.process.ManagedProcess;
import io.millrace.cluster.process.Ports;
import io.millrace.cluster.rtmp.RtmpClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Planes that start while something is not as it should be. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StartIT {

    private static final Duration SOON = Duration.ofSeconds(15);
    private static final Pattern ADVICE = Pattern.compile("run {2}cp (\\S+) (\\S+)");

    @TempDir
    private static Path folder;

    private Cluster cluster;
    private NginxOrigin origin;

    @BeforeAll
    void start() {
        cluster = new Cluster(folder);
        origin = cluster.origin("origin");
    }

    @AfterAll
    void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @AfterEach
    void everythingRunsAgain() {
        if (!cluster.controlPlane().process().isAlive()) {
            cluster.controlPlane().restart();
        }
    }

    @Test
    void aSettingsFileThatWasCutOffStopsTheStartAndTheWayBackWorks() throws Exception {
        ControlPlane controlPlane = cluster.controlPlane();
        setWeight(41);
        setWeight(42);
        controlPlane.kill();
        Path data = folder.resolve("control-plane").resolve("control-plane");
        Path file = data.resolve("config.json");
        assertThat(filesOf(data, ".json"))
                .containsExactlyInAnyOrder(file, data.resolve("config-versions.json"), data.resolve("versions.json"));
        byte[] whole = Files.readAllBytes(file);
        byte[] half = Arrays.copyOf(whole, whole.length / 2);
        Files.write(file, half);
        byte[] previous = Files.readAllBytes(file.resolveSibling(file.getFileName() + ".previous"));

        assertThatThrownBy(controlPlane::restart).hasMessageContaining("ended before");
        controlPlane.process().awaitExit(SOON);
        List<String> said = controlPlane.process().output().stream()
                .filter(line -> line.contains(file.toString()))
                .toList();
        assertThat(said).as("one line about it").hasSize(1);
        assertThat(controlPlane.process().output())
                .as("an operator's mistake is no stack trace")
                .noneMatch(line -> line.startsWith("\tat "));
        assertThat(controlPlane.process().exitCode()).isNotZero();
        assertThat(Files.readAllBytes(file)).as("nothing was overwritten").isEqualTo(half);
        assertThat(Files.readAllBytes(file.resolveSibling(file.getFileName() + ".previous")))
                .isEqualTo(previous);

        Matcher advice = ADVICE.matcher(said.getFirst());
        assertThat(advice.find()).as(said.getFirst()).isTrue();
        try (ManagedProcess copy =
                ManagedProcess.start("cp", folder, Map.of(), List.of("cp", advice.group(1), advice.group(2)))) {
            assertThat(copy.awaitExit(SOON)).as(copy.lastOutput()).isZero();
        }
        controlPlane.restart();
        Await.until(
                SOON,
                "the origin is back with what was set before the last change",
                () -> cluster.originNode(origin).path("weight").asInt() == 41,
                () -> cluster.originNode(origin).toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    MILLRACE_REGISTRY_TIME_TO_LIVE   | soon | a duration from 10ms to 24h, such as 15s or 1m30s
                    MILLRACE_REGISTRY_PROBE_TIMEOUT  | 0s   | a duration from 10ms to 60s, such as 15s or 1m30s
                    PROXY_DEFAULT_BACKEND_RTMP       | x    | a port, or tcp://host:port, or udp://host:port
                    MILLRACE_STREAMS_DRAIN_PER_SECOND| 0    | a whole number from 1 to 10000
                    MILLRACE_EVENTS_HEARTBEAT        | off  | a duration from 100ms to 60s, such as 15s or 1m30s
                    """)
    void aSettingThatMakesNoSenseStopsTheStartBeforeAnythingRuns(String variable, String value, String allowed)
            throws IOException {
        Path data = Files.createTempDirectory(folder, "setting");
        Map<String, String> environment = Map.of(
                "PROXY_SYSTEM_API",
                Integer.toString(Ports.reserve()),
                "MILLRACE_MANAGEMENT",
                Integer.toString(Ports.reserve()),
                "MILLRACE_DATA_DIR",
                data.toString(),
                // An origin that would be registered, and told of, if the registry started.
                "PROXY_DEFAULT_BACKEND_ENABLED",
                "on",
                variable,
                value);
        try (ManagedProcess plane = ManagedProcess.start(
                "control plane", data, environment, Product.command("control-plane", "control-plane", List.of()))) {
            assertThat(plane.awaitExit(SOON)).as(plane.lastOutput()).isEqualTo(1);
            assertThat(plane.output()).singleElement().satisfies(line -> {
                assertThat(line).startsWith("ERROR cannot start: " + variable + " (");
                assertThat(line).endsWith(") is '" + value + "'; allowed is " + allowed);
            });
        }
        assertThat(data.resolve("cluster-token")).doesNotExist();
        assertThat(data.resolve("control-plane")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY_RTMP_SERVER",
                "PROXY_HTTP_SERVER",
                "PROXY_HTTP_API",
                "MILLRACE_RTSP_SERVER",
                "MILLRACE_WEBRTC_TCP",
                "MILLRACE_MANAGEMENT"
            })
    void aPortThatIsTakenStopsAWorkerWithOneLine(String variable) throws IOException {
        Map<String, String> environment = new HashMap<>();
        for (String listener : List.of(
                "PROXY_RTMP_SERVER",
                "PROXY_HTTP_SERVER",
                "PROXY_HTTP_API",
                "MILLRACE_RTSP_SERVER",
                "PROXY_WEBRTC_SERVER",
                "PROXY_SRT_SERVER",
                "MILLRACE_MANAGEMENT")) {
            environment.put(listener, "127.0.0.1:" + Ports.reserve());
        }
        environment.put("MILLRACE_CONTROL_PLANE_URL", cluster.controlPlane().url());
        environment.put(
                "MILLRACE_DATA_DIR", Files.createTempDirectory(folder, "taken").toString());
        int port = Ports.reserve();
        environment.put(variable, "127.0.0.1:" + port);
        InetAddress here = InetAddress.getLoopbackAddress();
        try (ServerSocket _ = new ServerSocket(port, 1, here);
                ManagedProcess worker = ManagedProcess.start(
                        "worker", folder, environment, Product.command("data-plane", "worker", List.of()))) {
            assertThat(worker.awaitExit(SOON)).as(worker.lastOutput()).isEqualTo(1);
            assertThat(worker.output())
                    .filteredOn(line -> line.startsWith("ERROR "))
                    .singleElement()
                    .asString()
                    .startsWith("ERROR cannot start: " + variable)
                    .contains("cannot be opened: ", "Address already in use");
            assertThat(worker.output())
                    .as("an operator's mistake is no stack trace")
                    .noneMatch(line -> line.startsWith("\tat "));
        }
    }

    private void setWeight(int weight) {
        Http.Answer answer = cluster.controlPlane()
                .api()
                .send("PATCH", "/api/v1/origins/" + Cluster.id(origin), "{\"weight\":" + weight + "}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    private static List<Path> filesOf(Path folder, String suffix) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(suffix)).toList();
        }
    }

    @Test
    void aPlaneThatIsAskedToStopEndsWithStatusZero() throws IOException {
        ControlPlane controlPlane = cluster.controlPlane();
        controlPlane.process().terminate();
        assertThat(controlPlane.process().awaitExit(SOON))
                .as(controlPlane.process().lastOutput())
                .isZero();
        controlPlane.restart();
    }

    @Test
    void aWorkerFindsTheControlPlaneThatLivesAmongSeveral() throws IOException {
        String urls = "http://127.0.0.1:" + Ports.reserve() + ","
                + cluster.controlPlane().url();
        try (Worker worker = cluster.worker("several", "127.0.0.1", urls, Map.of(), List.of());
                RtmpClient publisher = RtmpClient.publish(worker.rtmp("live/several"))) {
            assertThat(publisher.isOpen()).isTrue();
            assertThat(cluster.awaitOrigin("publish", "several", 1)).isEqualTo("origin");
            Await.until(
                    SOON,
                    "the control plane placed it and knows that it is carried",
                    () -> cluster.boundOrigin("several").isPresent());
        }
    }

    @Test
    void aWorkerStartsFromItsLastTableWhileTheControlPlaneIsDown() throws IOException {
        try (Worker before = cluster.worker("returns");
                RtmpClient publisher = RtmpClient.publish(before.rtmp("live/before"))) {
            assertThat(publisher.isOpen()).isTrue();
        }
        cluster.controlPlane().kill();
        try (Worker after = cluster.worker("returns");
                RtmpClient publisher = RtmpClient.publish(after.rtmp("live/after"))) {
            assertThat(publisher.isOpen()).isTrue();
            assertThat(cluster.awaitOrigin("publish", "after", 1)).isEqualTo("origin");
            assertThat(after.process().output()).anyMatch(line -> line.contains("routing table loaded from disk"));
            cluster.controlPlane().restart();
            Await.until(
                    SOON,
                    "what was placed alone is reconciled",
                    () -> cluster.boundOrigin("after").isPresent());
        }
    }
}
