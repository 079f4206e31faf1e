package io.millrace.cluster.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cluster.fixture.Browser;
import io.millrace.cluster.fixture.Cluster;
import io.millrace.cluster.fixture.WebOrigin;
import io.millrace.cluster.origin.Ffmpeg;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.process.Ports;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
import org.openqa.selenium.Keys;

/** The built-in page in a real browser, with real players, through a worker. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlayerPageIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String PLAYED = "document.getElementById('video').currentTime";
    private static final String FRAMES = "document.getElementById('video').getVideoPlaybackQuality().totalVideoFrames";

    @TempDir
    private static Path folder;

    private Cluster cluster;
    private WebOrigin origin;
    private Ffmpeg publisher;
    private Browser browser;
    private String worker;
    private String api;

    @BeforeAll
    void start() throws IOException {
        Path sample = Ffmpeg.makeSample(folder, Ffmpeg.Sample.SMALL);
        cluster = new Cluster(folder);
        origin = new WebOrigin(Files.createDirectory(folder.resolve("web")), sample);
        origin.addTo(cluster.controlPlane());
        int port = Ports.reserve();
        worker = "http://127.0.0.1:" + port;
        int apiPort = Ports.reserve();
        api = "http://127.0.0.1:" + apiPort;
        Worker forwarder = cluster.worker(
                "worker", Map.of("PROXY_HTTP_SERVER", "127.0.0.1:" + port, "PROXY_HTTP_API", "127.0.0.1:" + apiPort));
        publisher = Ffmpeg.publish(sample, forwarder.rtmp("live/show"), true);
        Await.until(
                SOON,
                "the origin offers HLS and DASH",
                () -> List.of("m3u8", "mpd").stream()
                        .allMatch(ending ->
                                origin.http().get("/live/show." + ending).status() == 200),
                () -> publisher.process().lastOutput() + forwarder.process().lastOutput());
        browser = new Browser(folder.resolve("profile"));
    }

    @AfterAll
    void stop() {
        for (AutoCloseable one : new AutoCloseable[] {browser, publisher, origin, cluster}) {
            if (one != null) {
                closeQuietly(one);
            }
        }
    }

    private static void closeQuietly(AutoCloseable one) {
        try {
            one.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitProgress() {
        browser.await(SOON, "the picture moves", () -> browser.number(PLAYED) > 0 && browser.number(FRAMES) > 0);
        double played = browser.number(PLAYED);
        double frames = browser.number(FRAMES);
        browser.await(
                SOON,
                "it goes on moving",
                () -> browser.number(PLAYED) > played + 3 && browser.number(FRAMES) > frames + 50);
    }

    @ParameterizedTest
    @ValueSource(strings = {"flv", "ws-flv", "hls", "dash"})
    void plays(String protocol) {
        browser.open(worker + "/?app=live&stream=show&protocol=" + protocol);
        awaitProgress();
        assertThat(browser.text("state")).isEqualTo("Playing");
        browser.await(
                SOON, "it shows the size", () -> browser.text("resolution").equals("320 × 180"));
        browser.await(SOON, "it shows the delay", () -> browser.text("delay").endsWith(" s"));
        assertThat(browser.complaints())
                .as("policy violations and scripts from elsewhere")
                .noneMatch(line -> line.contains("Content Security Policy"))
                .noneMatch(line -> line.contains("NAME_NOT_RESOLVED"));
    }

    /** The page stands for one of a stranger: its origin is neither that of the control plane nor that of the worker's API. */
    @Test
    void aPageOfAnotherOriginDrivesNeitherPlane() {
        browser.open(worker + "/");
        String management = cluster.controlPlane().url();
        // Simple requests, of which a browser does not ask beforehand; it keeps the answers to itself.
        send(management + "/api/v1/workers/worker/drain", "");
        send(
                management + "/api/v1/srs/register",
                "{\"ip\":\"127.0.0.1\",\"server\":\"of-a-page\",\"service\":\"s\",\"pid\":\"1\",\"rtmp\":[\"1\"]}");
        assertThat(cluster.controlPlane()
                        .api()
                        .get("/api/v1/workers/worker")
                        .json()
                        .path("phase")
                        .asText())
                .isEqualTo("serving");
        assertThat(cluster.controlPlane().api().get("/api/v1/origins").text()).doesNotContain("of-a-page");
        assertThat(cluster.controlPlane()
                        .api()
                        .get("/api/v1/audit?target=workers/worker/drain")
                        .items())
                .singleElement()
                .satisfies(entry -> assertThat(entry.path("result").asText()).isEqualTo("refused"));
        for (String unreadable : List.of(
                management + "/api/v1/origins",
                api + "/api/v1/clients",
                api + "/api/v1/streams",
                api + "/api/v1/clients/x")) {
            assertThat(browser.ask("fetch('" + unreadable + "').then(() => 'read', () => 'kept from the page')"))
                    .as(unreadable)
                    .isEqualTo("kept from the page");
        }
        assertThat(browser.ask("fetch('" + api
                        + "/api/v1/clients/x', {method: 'DELETE', headers: {Authorization: 'Bearer x'}})"
                        + ".then(() => 'sent', () => 'not allowed beforehand')"))
                .isEqualTo("not allowed beforehand");
        assertThat(browser.ask("fetch('" + api + "/api/v1/versions').then(answer => answer.status)"))
                .isEqualTo("200");
        browser.complaints();
    }

    private void send(String url, String body) {
        assertThat(browser.ask("fetch('" + url + "', {method: 'POST', mode: 'no-cors', body: '" + body + "'})"
                        + ".then(answer => answer.type)"))
                .isEqualTo("opaque");
    }

    @Test
    void playsAnyAddress() {
        browser.open(
                worker + "/?url=" + URLEncoder.encode(worker + "/live/show.flv?token=a&b", StandardCharsets.UTF_8));
        awaitProgress();
        assertThat(browser.element("url").getDomProperty("value")).isEqualTo(worker + "/live/show.flv?token=a&b");
        assertThat(browser.element("share").getDomProperty("value")).contains("url=");
    }

    @Test
    void isUsedWithTheKeyboardAlone() {
        browser.open(worker + "/");
        assertThat(browser.text("state")).isEqualTo("Idle");
        assertThat(browser.element("url").getDomProperty("value")).isEqualTo(worker + "/live/livestream.flv");
        browser.element("app").sendKeys(Keys.TAB);
        browser.element("stream").sendKeys(Keys.chord(Keys.CONTROL, "a"), "show", Keys.ENTER);
        awaitProgress();
        assertThat(browser.ask("location.search")).isEqualTo("?app=live&stream=show&protocol=flv");
        browser.element("stop").sendKeys(Keys.ENTER);
        browser.await(SOON, "it stops", () -> browser.text("state").equals("Idle"));
    }

    @Test
    void saysInPlainWordsWhatIsWrong() {
        browser.open(worker + "/?app=live&stream=nobody&protocol=hls");
        browser.await(
                SOON,
                "it says that there is no such stream",
                () -> browser.text("detail").contains("There is no such stream"));
        assertThat(browser.text("state")).isEqualTo("Trying again");
        browser.open(worker + "/?url=nonsense");
        browser.await(
                SOON, "it says what an address is", () -> browser.text("detail").contains("This is no address"));
        assertThat(browser.text("state")).isEqualTo("Failed");
    }

    @Test
    void showsWhereRealTimeWillBe() {
        browser.open(worker + "/");
        assertThat(browser.text("whip")).isEqualTo("/rtc/v1/whip/?app=live&stream=livestream");
        assertThat(browser.text("whep")).isEqualTo("/rtc/v1/whep/?app=live&stream=livestream");
    }
}
