package io.millrace.cluster.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.cluster.fixture.MediaCluster;
import io.millrace.cluster.fixture.WebRtcBrowser;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.webrtc.WebRtcOrigin;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A browser publishes and plays through workers to an origin that knows of no gateway. Every call of the page crosses origins, so
 * the workers' CORS headers are part of each test.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebRtcIT {

    /** A browser that has both takes TCP now and then. */
    private static final Map<String, String> UDP_ONLY = Map.of("without", "tcp");

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private static Path folder;

    private MediaCluster cluster;
    private WebRtcOrigin origin;
    private WebRtcBrowser browser;
    private Worker first;
    private Worker second;

    @BeforeAll
    void start() throws IOException {
        cluster = new MediaCluster(folder);
        first = cluster.first;
        second = cluster.second;
        origin = cluster.webRtc("webrtc");
        browser = cluster.opened(new WebRtcBrowser(folder.resolve("profile")));
        cluster.awaitOrigins(1);
    }

    @AfterAll
    void stop() throws IOException {
        cluster.close();
    }

    @AfterEach
    void nothingIsLeftAtTheOrigin() {
        Await.until(
                SOON,
                "the origin has no session left",
                () -> origin.sessions() == 0,
                () -> origin.http().get("/stats").text());
    }

    /** What the control plane knows of the sessions of a stream, each as "worker intent". */
    private List<String> listed(String stream) {
        return sessions(stream).stream()
                .map(item ->
                        item.path("worker").asText() + " " + item.path("intent").asText())
                .sorted()
                .toList();
    }

    private List<JsonNode> sessions(String stream) {
        return cluster
                .controlPlane()
                .api()
                .get("/api/v1/sessions?stream=__defaultVhost__/live/" + stream)
                .items()
                .stream()
                .filter(item -> item.path("protocol").asText().equals("webrtc"))
                .toList();
    }

    private void awaitListed(String stream, String... wanted) {
        Await.until(
                SOON,
                "listed: " + List.of(wanted),
                () -> listed(stream).equals(List.of(wanted)),
                () -> "is: " + listed(stream));
    }

    private static String udp(Worker worker) {
        return "udp 127.0.0.1:" + worker.webRtcPort();
    }

    /** The same resource, asked of another worker. */
    private static String at(Worker worker, String location) {
        URI resource = URI.create(location);
        return "http://127.0.0.1:" + worker.apiPort() + resource.getRawPath()
                + (resource.getRawQuery() == null ? "" : "?" + resource.getRawQuery());
    }

    @Test
    void publishesThroughOneWorkerAndPlaysThroughTheOther() {
        try (WebRtcBrowser.Peer publisher = browser.publish(first.whip("show"), UDP_ONLY)) {
            assertThat(publisher.status()).as(publisher.answer()).isEqualTo(201);
            publisher.awaitMoreFrames(15);
            publisher.awaitWay(udp(first));
            assertThat(publisher.link()).contains("rel=\"ice-server\"");
            try (WebRtcBrowser.Peer viewer = browser.play(second.whep("show"), UDP_ONLY)) {
                assertThat(viewer.status()).as(viewer.answer()).isEqualTo(201);
                viewer.awaitMoreFrames(30);
                viewer.awaitWay(udp(second));
                Await.until(SOON, "sound arrives", () -> viewer.heard() > 10 && origin.soundIn("live/show") > 0);
                assertThat(origin.framesIn("live/show")).isGreaterThan(30);
                assertThat(origin.framesOut("live/show")).hasSize(1).allMatch(frames -> frames > 25);
                awaitListed("show", "first publish", "second play");
                assertThat(viewer.end()).isEqualTo(200);
                awaitListed("show", "first publish");
            }
            assertThat(origin.sessions()).isEqualTo(1);
            assertThat(publisher.end()).isEqualTo(200);
            awaitListed("show");
        }
    }

    @Test
    void mediaArrivesAtAWorkerThatDidNotSignalAndOutlivesTheOneThatDid() {
        Worker signals =
                cluster.worker("signals", Map.of("MILLRACE_WEBRTC_ADDRESSES", "127.0.0.1:" + second.webRtcPort()));
        try (WebRtcBrowser.Peer publisher = browser.publish(signals.whip("apart"), UDP_ONLY)) {
            assertThat(publisher.status()).as(publisher.answer()).isEqualTo(201);
            publisher.awaitMoreFrames(15);
            publisher.awaitWay(udp(second));
            try (WebRtcBrowser.Peer viewer = browser.play(signals.whep("apart"), UDP_ONLY)) {
                viewer.awaitMoreFrames(15);
                viewer.awaitWay(udp(second));
                awaitListed("apart", "second play", "second publish");
                signals.kill();
                publisher.awaitMoreFrames(30);
                viewer.awaitMoreFrames(30);
                assertThat(viewer.end(at(first, viewer.location()))).isEqualTo(200);
                Await.until(SOON, "the origin ended the viewer", () -> origin.sessions() == 1);
            }
            assertThat(publisher.end(at(first, publisher.location()))).isEqualTo(200);
            awaitListed("apart");
        }
    }

    @Test
    void anOperatorsKickEndsTheSessionAtTheOriginToo() {
        try (WebRtcBrowser.Peer publisher = browser.publish(first.whip("kicked"))) {
            publisher.awaitMoreFrames(5);
            WebRtcBrowser.Peer viewer = browser.play(second.whep("kicked"));
            viewer.awaitMoreFrames(5);
            awaitListed("kicked", "first publish", "second play");
            JsonNode session = sessions("kicked").stream()
                    .filter(item -> item.path("intent").asText().equals("play"))
                    .findFirst()
                    .orElseThrow();
            String path = "/api/v1/sessions/" + session.path("id").asText();
            assertThat(cluster.controlPlane().api().send("DELETE", path, "").status())
                    .isEqualTo(202);
            Await.until(SOON, "the origin ended the viewer", () -> origin.sessions() == 1);
            viewer.awaitEnd(SOON);
            viewer.close();
            awaitListed("kicked", "first publish");
            assertThat(second.metric("millrace_sessions_ended_total", "reason=\"kicked\""))
                    .isPositive();
            publisher.awaitMoreFrames(15);
            assertThat(publisher.end()).isEqualTo(200);
        }
    }

    @Test
    void playsAndPublishesOverTcpWhereUdpDoesNotPass() {
        Map<String, String> tcpOnly = Map.of("without", "udp");
        try (WebRtcBrowser.Peer publisher = browser.publish(first.whip("walled"), tcpOnly)) {
            publisher.awaitMoreFrames(15);
            publisher.awaitWay("tcp 127.0.0.1:" + first.webRtcPort());
            try (WebRtcBrowser.Peer viewer = browser.play(second.whep("walled"), tcpOnly)) {
                viewer.awaitMoreFrames(30);
                viewer.awaitWay("tcp 127.0.0.1:" + second.webRtcPort());
                awaitListed("walled", "first publish", "second play");
                assertThat(viewer.end()).isEqualTo(200);
            }
            assertThat(publisher.end()).isEqualTo(200);
        }
    }

    @Test
    void aClientThatGoesWithoutAWordIsForgotten() {
        WebRtcBrowser.Peer publisher = browser.publish(first.whip("brief"));
        publisher.awaitMoreFrames(5);
        awaitListed("brief", "first publish");
        publisher.close();
        awaitListed("brief");
    }

    @Test
    void theOriginsRefusalIsTheClients() {
        WebRtcBrowser.Peer viewer = browser.play(second.whep("nobody"));
        assertThat(viewer.status()).isEqualTo(404);
        assertThat(viewer.answer()).isEqualTo("nobody publishes live/nobody");
    }

    @Test
    void directMediaGoesRoundTheWorkerWhichStillSignals() {
        try (Worker direct = cluster.worker("direct", Map.of("MILLRACE_WEBRTC_DIRECT", "true"));
                WebRtcBrowser.Peer publisher = browser.publish(direct.whip("round"))) {
            assertThat(publisher.status()).as(publisher.answer()).isEqualTo(201);
            publisher.awaitMoreFrames(15);
            String port = publisher.way().replaceFirst("udp .*:", "");
            assertThat(port).isNotEqualTo(Integer.toString(direct.webRtcPort()));
            assertThat(publisher.candidates()).anyMatch(line -> line.contains(" 127.0.0.1 " + port + " typ host"));
            assertThat(listed("round")).isEmpty();
            assertThat(publisher.end()).isEqualTo(200);
        }
    }

    @Test
    void aDrainingWorkerSendsNewClientsToAnotherAndLetsThoseItHasGoOn() throws IOException, InterruptedException {
        try (Worker leaving = cluster.worker("leaving", Map.of());
                WebRtcBrowser.Peer publisher = browser.publish(leaving.whip("stays"))) {
            publisher.awaitMoreFrames(5);
            awaitListed("stays", "leaving publish");
            assertThat(cluster.controlPlane()
                            .api()
                            .send("POST", "/api/v1/workers/leaving/drain", "")
                            .status())
                    .isEqualTo(202);
            Await.until(
                    SOON,
                    "it drains",
                    () -> leaving.management().get("/q/health/ready").status() != 200);
            try (WebRtcBrowser.Peer viewer = browser.play(leaving.whep("stays"))) {
                assertThat(viewer.status()).as(viewer.answer()).isEqualTo(201);
                assertThat(viewer.answeredBy()).isIn(first.whep("stays"), second.whep("stays"));
                viewer.awaitMoreFrames(15);
                publisher.awaitMoreFrames(15);
                assertThat(viewer.end()).isEqualTo(200);
            }
            HttpResponse<String> told = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(leaving.whep("stays")))
                                    .header("Content-Type", "application/sdp")
                                    .POST(HttpRequest.BodyPublishers.ofString("v=0\r\n"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(told.statusCode()).isEqualTo(307);
            assertThat(told.headers().firstValue("Location"))
                    .hasValueSatisfying(
                            location -> assertThat(location).isIn(first.whep("stays"), second.whep("stays")));
            assertThat(publisher.end()).isEqualTo(200);
            leaving.process().awaitExit(Duration.ofSeconds(10));
        }
    }
}
