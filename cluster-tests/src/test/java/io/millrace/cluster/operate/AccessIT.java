package io.millrace.cluster.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.cluster.fixture.MediaCluster;
import io.millrace.cluster.origin.FileOrigin;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.process.Http;
import io.millrace.cluster.rtmp.RtmpClient;
import io.millrace.cluster.rtmp.RtmpException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Bans, revocations and limits of vhosts, with a control plane and two workers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AccessIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private static Path folder;

    private MediaCluster cluster;
    private Http api;

    @BeforeAll
    void start() throws IOException {
        cluster = new MediaCluster(folder);
        api = cluster.controlPlane().api();
        cluster.nginx("rtmp");
        FileOrigin files = cluster.files("files");
        files.put(
                        "/live/cam.m3u8",
                        "application/vnd.apple.mpegurl",
                        "#EXTM3U\n#EXT-X-TARGETDURATION:60\n#EXT-X-MEDIA-SEQUENCE:1\n#EXTINF:60,\ncam-1.ts\n")
                .put("/live/cam-1.ts", "video/mp2t", new byte[1_000]);
        cluster.steer(Map.of("show", "rtmp", "cam", "files"));
        cluster.awaitOrigins(2);
    }

    @AfterAll
    void stop() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    @AfterEach
    void liftAll() {
        api.get("/api/v1/bans")
                .items()
                .forEach(ban ->
                        api.send("DELETE", "/api/v1/bans/" + ban.path("id").asText(), ""));
    }

    private JsonNode post(String path, String body) {
        Http.Answer answer = api.send("POST", path, body);
        assertThat(answer.status()).as(answer.text()).isIn(200, 201);
        return answer.json();
    }

    private static int status(String url) {
        return MediaCluster.get(url).statusCode();
    }

    /** As a player has it after it was given a playlist. */
    private static String segment(Worker worker) {
        return "/live/"
                + MediaCluster.text(worker.http("/live/cam.m3u8"))
                        .lines()
                        .filter(line -> line.startsWith("cam-1.ts?mr="))
                        .findFirst()
                        .orElseThrow();
    }

    private static void awaitEnd(RtmpClient client) {
        Await.until(SOON, "the session has ended", () -> {
            try {
                return !client.isOpen();
            } catch (IOException closed) {
                return true;
            }
        });
    }

    @Test
    @Order(1)
    void aBanEndsAPublishAndAViewerAndRefusesTheirReturnUntilItExpires() throws IOException {
        String segment = segment(cluster.second);
        assertThat(status(cluster.second.http(segment))).isEqualTo(200);
        try (RtmpClient publisher = RtmpClient.publish(cluster.first.rtmp("live/show"))) {
            assertThat(publisher.isOpen()).isTrue();
            post("/api/v1/bans", "{\"network\":\"127.0.0.0/8\",\"app\":\"li*\",\"reason\":\"test\",\"seconds\":8}");
            awaitEnd(publisher);
        }
        Await.until(SOON, "the viewer is refused", () -> status(cluster.second.http(segment)) == 403);
        assertThat(status(cluster.first.http(segment)))
                .as("its URI at another worker")
                .isEqualTo(403);
        assertThat(status(cluster.second.http("/live/cam.m3u8"))).isEqualTo(403);
        assertThatThrownBy(() -> RtmpClient.publish(cluster.second.rtmp("live/show")))
                .isInstanceOf(RtmpException.class);
        assertThat(cluster.second.metric("millrace_rejects_total", "reason=\"banned\""))
                .isPositive();
        assertThat(cluster.first.metric("millrace_sessions_ended_total", "reason=\"banned\""))
                .isEqualTo(1);

        Await.until(SOON, "the ban has expired", () -> status(cluster.second.http(segment)) == 200);
        assertThat(api.get("/api/v1/bans").items()).isEmpty();
        Await.until(SOON, "the publisher is let in", () -> {
            try (RtmpClient again = RtmpClient.publish(cluster.first.rtmp("live/show"))) {
                return again.isOpen();
            } catch (IOException refused) {
                return false;
            }
        });
    }

    @Test
    @Order(2)
    void aRevokedSessionEndsAtEveryWorkerAndOthersGoOn() throws IOException {
        List<String> segments = List.of(segment(cluster.first), segment(cluster.second));
        try (RtmpClient publisher = RtmpClient.publish(cluster.first.rtmp("live/show"))) {
            Await.until(SOON, "the session is reported", () -> !hlsSessions().isEmpty());
            JsonNode ban = post(
                    "/api/v1/sessions/revoke",
                    "{\"session\":\"" + hlsSessions().getFirst().path("id").asText() + "\",\"seconds\":600}");
            assertThat(ban.path("network").asText()).isEqualTo("127.0.0.1");
            assertThat(ban.path("stream").asText()).isEqualTo("cam");
            for (Worker worker : List.of(cluster.first, cluster.second)) {
                for (String segment : segments) {
                    Await.until(SOON, "its URIs are worth nothing", () -> status(worker.http(segment)) == 403);
                }
            }
            Await.until(SOON, "its sessions have ended", () -> hlsSessions().isEmpty());
            assertThat(publisher.isOpen()).isTrue();

            assertThat(api.send("DELETE", "/api/v1/bans/" + ban.path("id").asText(), "")
                            .status())
                    .isEqualTo(204);
            Await.until(SOON, "it may come again", () -> status(cluster.first.http(segments.getFirst())) == 200);
        }
    }

    private List<JsonNode> hlsSessions() {
        return api.get("/api/v1/sessions").items().stream()
                .filter(session -> session.path("protocol").asText().equals("hls"))
                .toList();
    }

    @Test
    @Order(3)
    void connectionsOfABannedAddressAreClosedUnread() {
        post("/api/v1/bans", "{\"network\":\"127.0.0.9\"}");
        for (int port : List.of(cluster.first.port(), cluster.second.httpPort())) {
            Await.until(SOON, "the connection is closed", () -> isClosedUnread("127.0.0.9", port));
            assertThat(isClosedUnread("127.0.0.8", port)).isFalse();
        }
    }

    private static boolean isClosedUnread(String from, int port) {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.setSoTimeout(500);
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    @Test
    @Order(4)
    void aLimitOfViewersHoldsOverTwoWorkersAndWithoutTheControlPlane() throws IOException {
        post("/api/v1/sessions/revoke", "{\"stream\":\"cam\"}");
        Await.until(
                SOON,
                "viewers of the tests before are gone",
                () -> hlsSessions().isEmpty());
        limit("{\"vhost\":\"*\",\"maxViewers\":4}");
        List<Viewer> viewers = new ArrayList<>();
        try (RtmpClient publisher = RtmpClient.publish(cluster.first.rtmp("live/show"))) {
            Await.until(SOON, "there are as many as may be", () -> {
                for (Worker worker : List.of(cluster.first, cluster.second)) {
                    play(worker, viewers);
                }
                return viewers() >= 4;
            });
            Await.until(SOON, "what was too much for a moment has ended", () -> viewers() == 4 && open(viewers) == 4);
            assertThat(viewers.size()).as("one for each worker but one").isLessThanOrEqualTo(5);
            int before = viewers.size();
            play(cluster.first, viewers);
            play(cluster.second, viewers);
            assertThat(viewers).as("no more are let in").hasSize(before);

            limit("{\"vhost\":\"*\",\"maxViewers\":2}");
            Await.until(SOON, "the newest have ended", () -> open(viewers) == 2 && viewers() == 2);
            for (Worker worker : List.of(cluster.first, cluster.second)) {
                List<Boolean> stay = viewers.stream()
                        .filter(viewer -> viewer.worker().equals(worker))
                        .map(Viewer::isOpen)
                        .toList();
                assertThat(stay).as("at each worker the oldest stay").isSortedAccordingTo(Comparator.reverseOrder());
            }
            assertThat(publisher.isOpen()).isTrue();

            cluster.controlPlane().kill();
            for (int i = 0; i < 5; i++) {
                play(cluster.first, viewers);
                play(cluster.second, viewers);
            }
            assertThat(open(viewers)).as("the last numbers count on").isEqualTo(2);
            assertThat(publisher.isOpen()).isTrue();
        } finally {
            for (Viewer viewer : viewers) {
                viewer.client().close();
            }
        }
    }

    private void limit(String limits) {
        Http.Answer answer = api.send("PUT", "/api/v1/limits", "{\"limits\":[" + limits + "]}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        Await.until(
                SOON,
                "all workers have the limits",
                () -> api.get("/api/v1/workers").items().stream()
                        .allMatch(worker ->
                                worker.path("table").path("versionsBehind").asInt(1) == 0));
    }

    /** By the workers' reports. */
    private int viewers() {
        return api.get("/api/v1/limits")
                .json()
                .path("use")
                .path(0)
                .path("viewers")
                .asInt();
    }

    private record Viewer(Worker worker, RtmpClient client) {

        boolean isOpen() {
            try {
                return client.isOpen();
            } catch (IOException closed) {
                return false;
            }
        }
    }

    private static void play(Worker worker, List<Viewer> viewers) {
        try {
            viewers.add(new Viewer(worker, RtmpClient.play(worker.rtmp("live/show"))));
        } catch (IOException refused) {
            assertThat(refused).hasMessageContaining("maxViewers");
        }
    }

    private static long open(List<Viewer> viewers) {
        return viewers.stream().filter(Viewer::isOpen).count();
    }
}
