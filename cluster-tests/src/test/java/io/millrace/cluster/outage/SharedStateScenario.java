package io.millrace.cluster.outage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cluster.fixture.Cluster;
import io.millrace.cluster.fixture.Playback;
import io.millrace.cluster.load.Publisher;
import io.millrace.cluster.origin.Ffmpeg;
import io.millrace.cluster.origin.NginxOrigin;
import io.millrace.cluster.plane.ControlPlane;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.rtmp.FlvTag;
import io.millrace.model.table.TableVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Three control planes on one store, two workers that speak to different ones, three origins; and what must hold whatever breaks. */
abstract class SharedStateScenario {

    static final Duration SOON = Duration.ofSeconds(15);

    @TempDir
    private static Path samples;

    static List<FlvTag> recording;

    @TempDir
    Path folder;

    private final List<Publisher> publishers = new ArrayList<>();
    Cluster cluster;
    List<NginxOrigin> origins;
    ControlPlane one;
    ControlPlane two;
    ControlPlane three;
    Worker first;
    Worker second;

    @BeforeAll
    static void record() throws IOException {
        recording = FlvTag.readFile(Ffmpeg.makeSample(samples, Ffmpeg.Sample.SMALL));
    }

    @BeforeEach
    void startCluster() throws IOException {
        cluster = new Cluster(folder, controlPlanes());
        one = cluster.controlPlanes().get(0);
        two = cluster.controlPlanes().get(1);
        three = cluster.controlPlanes().get(2);
        origins = List.of(cluster.origin("origin-a"), cluster.origin("origin-b"), cluster.origin("origin-c"));
        Map<String, String> settings = Map.of(
                "PROXY_GRACE_QUIT_TIMEOUT", "4s",
                "PROXY_FORCE_QUIT_TIMEOUT", "8s",
                // As in production: how long a store that hangs holds up a publisher is what these tests are about.
                "MILLRACE_ROUTING_RESOLVE_DEADLINE", "1s");
        first = cluster.worker("worker-1", "127.0.0.1", one.url() + "," + two.url(), settings, List.of());
        second = cluster.worker("worker-2", "127.0.0.1", two.url() + "," + three.url(), settings, List.of());
    }

    @AfterEach
    void stopCluster() throws IOException {
        for (Publisher publisher : publishers) {
            publisher.close();
        }
        if (cluster != null) {
            cluster.close();
        }
        stopStore();
    }

    /** Starts the store, and says what each control plane is to be told of it. */
    abstract List<Map<String, String>> controlPlanes() throws IOException;

    abstract void stopStore();

    /** Publishes at one worker until the end of the test, and looks at it through the other one. */
    void publish(String stream, Worker at, Worker lookedAtThrough) throws IOException {
        publishers.add(new Publisher(at.rtmp("live/" + stream), recording));
        try (Playback viewer = Playback.of(lookedAtThrough.rtmp("live/" + stream))) {
            viewer.awaitMoreFrames(5, SOON);
        }
        assertThat(cluster.recorder().origins("play", stream))
                .as("both workers place %s alike", stream)
                .isEqualTo(cluster.recorder().origins("publish", stream));
    }

    /** Nobody was cut off and nobody had to come again. */
    void nobodyNoticed(String... streams) {
        publishers.forEach(Publisher::check);
        for (String stream : streams) {
            assertThat(cluster.recorder().calls("publish", stream)).hasSize(1);
        }
    }

    void awaitReady(boolean ready) {
        for (ControlPlane each : cluster.controlPlanes()) {
            if (each.process().isAlive()) {
                Await.until(
                        SOON,
                        "readiness is " + ready + ", and it lives",
                        () -> each.management().get("/q/health/ready").status() == (ready ? 200 : 503)
                                && each.management().get("/q/health/live").status() == 200,
                        () -> each.management().get("/q/health/ready").text());
            }
        }
    }

    static String tableEpoch(ControlPlane asked) {
        return TableVersion.parse(tableVersion(asked)).epoch();
    }

    static String tableVersion(ControlPlane asked) {
        return asked.api()
                .get("/api/v1/routing-table")
                .json()
                .at("/table/version")
                .asText();
    }

    void awaitOneTable() {
        Await.until(
                SOON,
                "all control planes have the same table",
                () -> tableVersion(one).equals(tableVersion(two))
                        && tableVersion(two).equals(tableVersion(three)),
                () -> tableVersion(one) + " " + tableVersion(two) + " " + tableVersion(three));
    }

    static String admission(ControlPlane asked, NginxOrigin origin) {
        return asked.api()
                .get("/api/v1/origins/" + Cluster.id(origin))
                .json()
                .path("admission")
                .asText();
    }

    void awaitBound(ControlPlane asked, String stream) {
        NginxOrigin origin = origin(cluster.awaitOrigin("publish", stream, 1));
        Await.until(
                SOON,
                stream + " is bound where it lives",
                () -> Cluster.boundOrigin(asked, stream)
                        .equals(Optional.of(Cluster.id(origin).value())),
                () -> "bound to " + Cluster.boundOrigin(asked, stream) + ", lives on " + Cluster.id(origin));
    }

    static int weigh(ControlPlane asked, NginxOrigin origin, int weight) {
        return asked.api()
                .send("PATCH", "/api/v1/origins/" + Cluster.id(origin), "{\"weight\":" + weight + "}")
                .status();
    }

    static int weight(ControlPlane asked, NginxOrigin origin) {
        return asked.api()
                .get("/api/v1/origins/" + Cluster.id(origin))
                .json()
                .path("weight")
                .asInt();
    }

    NginxOrigin origin(String name) {
        return origins.stream()
                .filter(origin -> origin.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
