package io.millrace.cluster.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cluster.fixture.Browser;
import io.millrace.cluster.plane.Product;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.process.ManagedProcess;
import io.millrace.cluster.process.Ports;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code make demo}: what a newcomer types first. */
class DemoIT {

    private static final Duration WITHIN_A_MINUTE = Duration.ofMinutes(1);
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String PLAYED = "document.getElementById('video').currentTime";

    @TempDir
    private Path folder;

    @Test
    void showsAMovingPictureAndLeavesNothingBehind() {
        Map<String, String> environment = new HashMap<>();
        for (String listener : List.of(
                "PROXY_SYSTEM_API",
                "PROXY_RTMP_SERVER",
                "PROXY_HTTP_SERVER",
                "PROXY_HTTP_API",
                "PROXY_SRT_SERVER",
                "PROXY_WEBRTC_SERVER",
                "MILLRACE_RTSP_SERVER",
                "CONTROL_PLANE_MANAGEMENT",
                "WORKER_MANAGEMENT")) {
            environment.put(listener, "127.0.0.1:" + Ports.reserve());
        }
        environment.put("DEMO_ORIGIN_RTMP", Integer.toString(Ports.reserve()));
        environment.put("DEMO_ORIGIN_HTTP", Integer.toString(Ports.reserve()));
        environment.put("MILLRACE_DATA_DIR", folder.resolve("data").toString());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        try (ManagedProcess demo =
                ManagedProcess.start("demo", folder, environment, List.of(Product.root() + "/scripts/demo.sh"))) {
            demo.await(
                    WITHIN_A_MINUTE,
                    "the picture can be played",
                    () -> !playerAddress(demo).isEmpty());
            String address = playerAddress(demo);
            assertThat(URI.create(address).getPort())
                    .isEqualTo(URI.create("http://" + environment.get("PROXY_HTTP_SERVER"))
                            .getPort());
            assertThat(demo.output())
                    .as("both planes say that they started from their caches")
                    .filteredOn(line -> line.contains("aotCache=used"))
                    .hasSize(2);
            try (Browser browser = new Browser(folder.resolve("profile"))) {
                browser.open(address);
                browser.await(SOON, "the picture moves", () -> browser.number(PLAYED) > 0);
                double played = browser.number(PLAYED);
                browser.await(SOON, "it goes on moving", () -> browser.number(PLAYED) > played + 2);
            }
            List<Long> all = demo.pids();
            assertThat(all).as("two planes, an origin and a publisher").hasSizeGreaterThan(4);
            demo.terminate();
            assertThat(demo.awaitExit(SOON)).as(demo.lastOutput()).isEqualTo(143);
            Await.until(
                    SOON,
                    "nothing that the demo started is left",
                    () -> all.stream()
                            .noneMatch(pid -> ProcessHandle.of(pid)
                                    .filter(ProcessHandle::isAlive)
                                    .isPresent()));
        }
    }

    private static String playerAddress(ManagedProcess demo) {
        String mark = "The picture moves: ";
        return demo.output().stream()
                .filter(line -> line.startsWith(mark))
                .map(line -> line.substring(mark.length()))
                .findFirst()
                .orElse("");
    }
}
