package io.millrace.cluster.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.cluster.fixture.GstRtspOrigin;
import io.millrace.cluster.fixture.MediaCluster;
import io.millrace.cluster.fixture.RtspFfmpeg;
import io.millrace.cluster.origin.Ffmpeg;
import io.millrace.cluster.plane.Certificate;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.process.Http;
import io.millrace.cluster.process.ManagedProcess;
import io.millrace.cluster.process.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ffmpeg on one side, GStreamer's RTSP server on the other, and two workers between them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RtspIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int SECONDS = 3;

    /** At 25 frames a second, less what a busy machine may delay. */
    private static final int ENOUGH = 60;

    @TempDir
    private static Path folder;

    private MediaCluster cluster;
    private GstRtspOrigin origin;
    private Path sample;

    @BeforeAll
    void start() {
        sample = Ffmpeg.makeSample(folder, Ffmpeg.Sample.SMALL);
        cluster = new MediaCluster(folder);
        origin = cluster.opened(GstRtspOrigin.start(
                cluster.subfolder("origin"),
                List.of("/live/cam", "/live/cam.1"),
                Map.of("/live/in-tcp", recorded("tcp"), "/live/in-udp", recorded("udp"))));
        cluster.registerRtsp("gst", origin.port());
        GstRtspOrigin guarded = cluster.opened(GstRtspOrigin.start(
                cluster.subfolder("guarded"), List.of("/live/guarded"), Map.of(), "--auth", "digest:user:secret"));
        cluster.registerRtsp("gst-guarded", guarded.port());
        cluster.steer(Map.of("cam*", "gst", "in-*", "gst", "guarded", "gst-guarded"));
    }

    private static Path recorded(String transport) {
        return folder.resolve("recorded-" + transport + ".h264");
    }

    @AfterAll
    void stop() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "udp"})
    void playsThroughAnyWorker(String transport) {
        for (Worker worker : List.of(cluster.first, cluster.second)) {
            assertThat(RtspFfmpeg.frames(transport, worker.rtsp("live/cam"), SECONDS, folder))
                    .as("%s\n%s", worker.name(), origin.lastOutput())
                    .isGreaterThan(ENOUGH);
        }
        assertThat(RtspFfmpeg.frames(transport, cluster.first.rtsp("live/cam.1?token=x"), SECONDS, folder))
                .isGreaterThan(ENOUGH);
        Await.until(SOON, "no session is left", () -> sessions("live/cam").isEmpty());
        Await.until(
                SOON,
                "no port is held",
                () -> cluster.first.metric("millrace_rtsp_port_pairs")
                                + cluster.second.metric("millrace_rtsp_port_pairs")
                        == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "udp"})
    void publishesEveryFrame(String transport) {
        RtspFfmpeg.publish(transport, sample, cluster.second.rtsp("live/in-" + transport), folder);
        Await.until(
                SOON,
                "the origin hears of the end",
                () -> origin.teardowns("/live/in-" + transport) == 1,
                origin::lastOutput);
        assertThat(RtspFfmpeg.frames(recorded(transport), folder)).isEqualTo(RtspFfmpeg.frames(sample, folder));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "udp"})
    void digestAuthenticationIsBetweenClientAndOrigin(String transport) {
        String guarded = cluster.first.rtsp("live/guarded");
        assertThat(RtspFfmpeg.frames(transport, guarded.replace("rtsp://", "rtsp://user:secret@"), SECONDS, folder))
                .isGreaterThan(ENOUGH);
        assertThat(RtspFfmpeg.frames(transport, guarded.replace("rtsp://", "rtsp://user:wrong@"), SECONDS, folder))
                .isZero();
    }

    @Test
    void aListedPlayerCanBeKickedAndItsOriginHearsOfIt() {
        // A player of another test is listed until its worker, which that test stopped, counts as lost.
        Await.until(SOON, "nobody else is listed", () -> sessions("live/cam").isEmpty());
        long before = origin.teardowns("/live/cam");
        try (ManagedProcess player = RtspFfmpeg.play("udp", cluster.second.rtsp("live/cam"), folder)) {
            Await.until(SOON, "it is listed", () -> sessions("live/cam").size() == 1, player::lastOutput);
            JsonNode session = sessions("live/cam").getFirst();
            assertThat(session.path("protocol").asText()).isEqualTo("rtsp");
            assertThat(session.path("intent").asText()).isEqualTo("play");
            Http api = cluster.controlPlane().api();
            assertThat(api.send(
                                    "DELETE",
                                    "/api/v1/sessions/" + session.path("id").asText(),
                                    "")
                            .status())
                    .isEqualTo(202);
            Await.until(
                    SOON, "the origin hears of it", () -> origin.teardowns("/live/cam") > before, origin::lastOutput);
            Await.until(SOON, "it is listed no more", () -> sessions("live/cam").isEmpty());
        }
        assertThat(cluster.second.metric("millrace_sessions_ended_total", "reason=\"kicked\""))
                .isPositive();
    }

    private List<JsonNode> sessions(String stream) {
        return cluster.controlPlane()
                .api()
                .get("/api/v1/sessions?stream=__defaultVhost__/" + stream)
                .items();
    }

    @Test
    void playsOverTls() {
        Path certificate = folder.resolve("tls.crt");
        Path key = folder.resolve("tls.key");
        Certificate.make("localhost", folder).writeTo(certificate, key);
        int port = Ports.reserve();
        Map<String, String> settings = Map.of(
                "MILLRACE_RTSPS_SERVER", "127.0.0.1:" + port,
                "MILLRACE_TLS_CERTIFICATE", certificate.toString(),
                "MILLRACE_TLS_KEY", key.toString());
        try (Worker secure = Worker.start("secure", cluster.controlPlane(), cluster.subfolder("secure"), settings)) {
            assertThat(RtspFfmpeg.frames("tcp", "rtsps://127.0.0.1:" + port + "/live/cam", SECONDS, folder))
                    .as(secure.process().lastOutput())
                    .isGreaterThan(ENOUGH);
        }
    }
}
