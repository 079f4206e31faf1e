package io.millrace.cluster.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cluster.fixture.WebRtcBrowser;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.webrtc.WebRtcOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The WebRTC peers of the other tests, against each other: no worker is near. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebRtcOriginIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private static Path folder;

    private WebRtcOrigin origin;
    private WebRtcBrowser browser;

    @BeforeAll
    void start() throws IOException {
        origin = WebRtcOrigin.start("webrtc", Files.createDirectory(folder.resolve("origin")));
        browser = new WebRtcBrowser(folder.resolve("profile"));
    }

    @AfterAll
    void stop() {
        if (browser != null) {
            browser.close();
        }
        if (origin != null) {
            origin.close();
        }
    }

    private String whip(String stream) {
        return "http://127.0.0.1:" + origin.port() + "/rtc/v1/whip/?app=live&stream=" + stream;
    }

    private String whep(String stream) {
        return "http://127.0.0.1:" + origin.port() + "/rtc/v1/whep/?app=live&stream=" + stream;
    }

    @Test
    void carriesPictureAndSoundFromOneBrowserPeerToOthers() {
        try (WebRtcBrowser.Peer publisher = browser.publish(whip("show"))) {
            assertThat(publisher.status()).isEqualTo(201);
            publisher.awaitMoreFrames(15);
            Await.until(SOON, "the origin decodes it", () -> origin.framesIn("live/show") > 15);
            try (WebRtcBrowser.Peer one = browser.play(whep("show"));
                    WebRtcBrowser.Peer two = browser.play(whep("show"))) {
                one.awaitMoreFrames(15);
                two.awaitMoreFrames(15);
                assertThat(origin.framesOut("live/show")).hasSize(2).allMatch(frames -> frames > 15);
                assertThat(origin.sessions()).isEqualTo(3);
                Await.until(SOON, "sound arrives", () -> origin.soundIn("live/show") > 0 && one.heard() > 10);
                assertThat(one.end()).isEqualTo(200);
                assertThat(origin.sessions()).isEqualTo(2);
                two.awaitMoreFrames(15);
            }
            assertThat(publisher.end()).isEqualTo(200);
            assertThat(origin.sessions()).isZero();
        }
    }

    @Test
    void answersAsAnOriginThatKnowsOfNoGateway() {
        try (WebRtcBrowser.Peer publisher = browser.publish(whip("alone"))) {
            assertThat(publisher.answer()).doesNotContain("a=ice-lite").contains("a=ice-ufrag:");
            assertThat(publisher.candidates())
                    .isNotEmpty()
                    .allMatch(line -> line.contains(" udp ") && line.contains(" 127.0.0.1 ") && line.contains(" host"));
            assertThat(publisher.link()).contains("rel=\"ice-server\"");
            publisher.awaitMoreFrames(5);
            String port = publisher.way().replaceFirst("udp .*:", "");
            assertThat(publisher.candidates()).anyMatch(line -> line.contains(" " + port + " typ"));
            assertThat(browser.publish(whip("alone")).status()).isEqualTo(409);
            assertThat(browser.play(whep("nobody")).status()).isEqualTo(404);
            assertThat(publisher.end()).isEqualTo(200);
        }
        assertThat(origin.http().send("DELETE", "/session/none", "").status()).isEqualTo(404);
        assertThat(origin.http()
                        .send("POST", "/rtc/v1/whip/?stream=broken", "v=0")
                        .status())
                .isEqualTo(400);
        assertThat(origin.sessions()).isZero();
    }

    @Test
    void noticesAClientThatGoesWithoutAWord() {
        WebRtcBrowser.Peer publisher = browser.publish(whip("brief"));
        publisher.awaitMoreFrames(5);
        WebRtcBrowser.Peer viewer = browser.play(whep("brief"));
        viewer.awaitMoreFrames(5);
        publisher.close();
        Await.until(SOON, "the stream is over at the origin", () -> origin.sessions() == 0);
        viewer.awaitEnd(SOON);
        viewer.close();
    }

    @Test
    void asksForItsTokenWhereItHasOne() throws IOException {
        try (WebRtcOrigin guarded =
                WebRtcOrigin.startGuarded("guarded", Files.createDirectory(folder.resolve("guarded")), "open-sesame")) {
            String url = "http://127.0.0.1:" + guarded.port() + "/rtc/v1/whip/?app=live&stream=show";
            assertThat(browser.publish(url).status()).isEqualTo(401);
            try (WebRtcBrowser.Peer publisher = browser.publish(url, Map.of("token", "open-sesame"))) {
                assertThat(publisher.status()).isEqualTo(201);
                publisher.awaitMoreFrames(5);
            }
        }
    }
}
