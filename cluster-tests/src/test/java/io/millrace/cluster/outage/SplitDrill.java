package io.millrace.cluster.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.cluster.fixture.Cluster;
import io.millrace.cluster.fixture.Playback;
import io.millrace.cluster.load.Publisher;
import io.millrace.cluster.origin.Ffmpeg;
import io.millrace.cluster.origin.NginxOrigin;
import io.millrace.cluster.plane.ControlPlane;
import io.millrace.cluster.plane.TestNetwork;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.rtmp.FlvTag;
import io.millrace.cluster.store.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The cluster's network falls in two: three hosts, each with a control plane, the first and the third with a worker; the third is cut
 * off. Media and origins are on another network that stays whole.
 */
// Each test starts the cluster that it needs.
@SuppressWarnings("NullAway.Init")
class SplitDrill {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration CUT = Duration.ofSeconds(25);
    private static final int MESH_PORT = 7800;

    @TempDir
    private static Path samples;

    private static List<FlvTag> recording;

    @TempDir
    private Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<Publisher> publishers = new ArrayList<>();
    private TestNetwork network;
    private Cluster cluster;
    private List<NginxOrigin> origins;
    private Worker inMajority;
    private Worker inMinority;

    @BeforeAll
    static void record() throws IOException {
        recording = FlvTag.readFile(Ffmpeg.makeSample(samples, Ffmpeg.Sample.SMALL));
    }

    @BeforeEach
    void network() {
        assumeTrue(TestNetwork.isPossible(), "only root may make network namespaces");
        network = new TestNetwork(3);
    }

    @AfterEach
    void stop() throws Exception {
        for (Publisher publisher : publishers) {
            publisher.close();
        }
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        if (network != null) {
            network.close();
        }
    }

    private void start(List<Map<String, String>> settings) {
        cluster = new Cluster(folder, network.here().access(), network.hosts(), settings);
        open.add(cluster);
        origins = List.of(cluster.origin("origin-a"), cluster.origin("origin-b"), cluster.origin("origin-c"));
        List<String> urls =
                cluster.controlPlanes().stream().map(ControlPlane::url).toList();
        Map<String, String> asInProduction = Map.of("MILLRACE_ROUTING_RESOLVE_DEADLINE", "1s");
        inMajority = cluster.worker("worker-1", network.hosts().getFirst(), String.join(",", urls), asInProduction);
        inMinority = cluster.worker(
                "worker-3", network.hosts().getLast(), String.join(",", urls.reversed()), asInProduction);
    }

    @Test
    void withRedisInOneHalf() throws IOException {
        RedisServer redis = RedisServer.start(
                Files.createDirectories(folder.resolve("redis")),
                network.hosts().getFirst(),
                List.of("--save", "", "--appendonly", "no"));
        open.add(redis);
        start(Collections.nCopies(3, redis.settings()));
        goThroughASplit();
    }

    @Test
    void withAMesh() throws IOException {
        String peers = network.hosts().stream()
                .map(host -> host.cluster() + ":" + MESH_PORT)
                .collect(Collectors.joining(","));
        start(network.hosts().stream()
                .map(host -> Map.of(
                        "PROXY_LOAD_BALANCER_TYPE",
                        "mesh",
                        "MILLRACE_MESH_LISTEN",
                        host.cluster() + ":" + MESH_PORT,
                        "MILLRACE_MESH_PEERS",
                        peers))
                .toList());
        goThroughASplit();
    }

    private void goThroughASplit() throws IOException {
        ControlPlane one = cluster.controlPlanes().getFirst();
        ControlPlane three = cluster.controlPlanes().getLast();
        publish("known1", inMajority);
        publish("known3", inMinority);
        try (Playback far1 = Playback.of(inMinority.rtmp("live/known1"));
                Playback far3 = Playback.of(inMajority.rtmp("live/known3"))) {
            network.cut(List.of(network.hosts().getLast()));
            long end = System.nanoTime() + CUT.toNanos();
            awaitReadiness(three, 503);
            assertThat(SharedStateScenario.weigh(three, origins.getFirst(), 9)).isEqualTo(503);
            assertThat(SharedStateScenario.weigh(one, origins.getFirst(), 7)).isEqualTo(200);
            int streams = 0;
            while (System.nanoTime() < end) {
                publish("majority" + streams, inMajority);
                publish("minority" + streams, inMinority);
                streams++;
                far1.awaitMoreFrames(40, SOON);
                far3.awaitMoreFrames(40, SOON);
            }
            assertThat(one.management().get("/q/health/ready").status()).isEqualTo(200);

            network.heal();
            awaitReadiness(three, 200);
            for (ControlPlane each : cluster.controlPlanes()) {
                for (int i = 0; i < streams; i++) {
                    awaitBound(each, "majority" + i);
                    awaitBound(each, "minority" + i);
                }
                awaitBound(each, "known1");
                awaitBound(each, "known3");
                assertThat(SharedStateScenario.weight(each, origins.getFirst())).isEqualTo(7);
            }
            Await.until(
                    SOON,
                    "all have the same table",
                    () -> cluster.controlPlanes().stream()
                                    .map(SharedStateScenario::tableVersion)
                                    .distinct()
                                    .count()
                            == 1,
                    () -> cluster.controlPlanes().stream()
                            .map(SharedStateScenario::tableVersion)
                            .toList()
                            .toString());
            // Whoever looks for a stream of the other half finds it now.
            for (int i = 0; i < streams; i++) {
                look("minority" + i, inMajority);
                look("majority" + i, inMinority);
            }
            far1.awaitMoreFrames(20, SOON);
            far3.awaitMoreFrames(20, SOON);
            publishers.forEach(Publisher::check);
            for (int i = 0; i < streams; i++) {
                assertThat(cluster.recorder().calls("publish", "majority" + i)).hasSize(1);
                assertThat(cluster.recorder().calls("publish", "minority" + i)).hasSize(1);
            }
            assertThat(cluster.recorder().calls("publish", "known1")).hasSize(1);
            assertThat(cluster.recorder().calls("publish", "known3")).hasSize(1);
        }
    }

    private void publish(String stream, Worker at) throws IOException {
        publishers.add(new Publisher(at.rtmp("live/" + stream), recording));
        look(stream, at);
    }

    private void look(String stream, Worker through) throws IOException {
        try (Playback viewer = Playback.of(through.rtmp("live/" + stream))) {
            viewer.awaitMoreFrames(5, SOON);
        }
        assertThat(cluster.recorder().origins("play", stream))
                .as("%s is looked for where it is", stream)
                .isEqualTo(cluster.recorder().origins("publish", stream));
    }

    private static void awaitReadiness(ControlPlane asked, int status) {
        Await.until(
                SOON,
                "readiness answers " + status,
                () -> asked.management().get("/q/health/ready").status() == status,
                () -> asked.management().get("/q/health/ready").text());
    }

    private void awaitBound(ControlPlane asked, String stream) {
        NginxOrigin origin = origins.stream()
                .filter(each -> each.name().equals(cluster.awaitOrigin("publish", stream, 1)))
                .findFirst()
                .orElseThrow();
        Await.until(
                SOON,
                stream + " is bound where it lives",
                () -> Cluster.boundOrigin(asked, stream)
                        .equals(Optional.of(Cluster.id(origin).value())),
                () -> "bound to " + Cluster.boundOrigin(asked, stream) + ", lives on " + Cluster.id(origin));
    }
}
