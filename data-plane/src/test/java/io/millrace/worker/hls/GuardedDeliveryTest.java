package io.millrace.worker.hls;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.Intent;
import io.millrace.model.StreamKey;
import io.millrace.model.access.AccessCheck;
import io.millrace.model.access.AccessKey;
import io.millrace.model.access.AccessRule;
import io.millrace.model.access.Ban;
import io.millrace.model.access.StreamAccess;
import io.millrace.model.access.UrlPermit;
import io.millrace.worker.access.authorize.StreamAuthorizer;
import io.millrace.worker.access.ban.Bans;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.http.TestExchange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams whose viewers must show a signed URL. */
class GuardedDeliveryTest extends HlsDelivery {

    private static final AccessKey KEY = new AccessKey("key", "a-secret-0123456789abcdef-0123456789");
    private static final StreamKey CAM = StreamKey.parse("__defaultVhost__/live/cam");
    private static final Instant START = Instant.parse("2026-06-01T12:00:00Z");

    private Instant now = START;
    private final StreamAuthorizer authorizer =
            new StreamAuthorizer("worker-1", () -> now, nanos::get, new SimpleMeterRegistry());

    @BeforeEach
    void guard() {
        StreamAccess access = new StreamAccess(
                List.of(new AccessRule(
                        "guarded", "*", "live", "cam", new AccessCheck.None(), new AccessCheck.Signed(List.of("key")))),
                List.of(KEY));
        router.publishTable(access);
        authorizer.use(access);
        sessions.authorizeBy(authorizer);
        origin.usually(asked -> {
            if (asked.ask.target().contains(".m3u8")) {
                asked.answer(200, M3U8, MEDIA);
            } else {
                asked.answer(200, "video/mp2t", "a segment");
            }
        });
    }

    private static String signed(String subject) {
        return new UrlPermit(Intent.PLAY, CAM, START.getEpochSecond() + 60, "", subject).query(KEY);
    }

    private static String segment(TestExchange playlist) {
        return "/live/"
                + playlist.text()
                        .lines()
                        .filter(line -> line.startsWith("cam-7"))
                        .findFirst()
                        .orElseThrow();
    }

    @Test
    void withoutASignatureNothingIsGivenAndNoOriginIsAsked() {
        for (String target : List.of(
                "/live/cam.m3u8",
                "/live/cam.m3u8?signature=00&expires=99999999999",
                "/live/%63am.m3u8",
                "/live/cam-7.ts",
                "/live/cam-7.ts?" + signed(""),
                "/live/cam-7.ts?mr=AAAA")) {
            assertThat(get(target).code()).as(target).isEqualTo(403);
        }
        assertThat(origin.asked).isEmpty();
        assertThat(sessions.size()).isZero();
    }

    @Test
    void thePlaylistsUrisNeedNoSignatureAndViewersShareWhatTheOriginAnswers() {
        TestExchange playlist = get("/live/cam.m3u8?" + signed("ann") + "&quality=high");
        assertThat(playlist.code()).isEqualTo(200);
        assertThat(get(segment(playlist)).text()).isEqualTo("a segment");
        assertThat(get("/live/cam.m3u8?" + signed("bob") + "&quality=high").code())
                .isEqualTo(200);
        assertThat(origin.asked.stream().map(asked -> asked.ask.target()))
                .as("once for both, and without what they showed")
                .containsExactly("/live/cam.m3u8?quality=high", "/live/cam-7.ts");
        assertThat(sessions.sessions().stream().map(Session::subject)).containsExactlyInAnyOrder("ann", "bob");
    }

    @Test
    void aViewerWhoIsPresentGoesOnAfterTheSignatureHasExpired() {
        String playlist = "/live/cam.m3u8?" + signed("");
        String segment = segment(get(playlist));
        now = START.plusSeconds(3_600);
        pass(Duration.ofSeconds(5));
        assertThat(get(playlist).code()).isEqualTo(200);
        assertThat(get(segment).code()).isEqualTo(200);
        assertThat(get("/live/cam.m3u8?" + signed("") + "&again=1").code())
                .as("a new session")
                .isEqualTo(403);

        pass(Duration.ofMinutes(2));
        viewers.sweep();
        assertThat(sessions.size()).isZero();
        assertThat(get(playlist).code()).as("its session is over").isEqualTo(403);
    }

    @Test
    void reloadsWithTheirParametersAreOfTheSameViewer() {
        String playlist = "/live/cam.m3u8?" + signed("");
        assertThat(get(playlist + "&CMCD=a").code()).isEqualTo(200);
        now = START.plusSeconds(3_600);
        assertThat(get(playlist + "&_HLS_msn=7&_HLS_part=1&CMCD=b").code()).isEqualTo(200);
        assertThat(sessions.size()).isEqualTo(1);
    }

    @Test
    void aBanOfASubjectRefusesTheUrisOfItsPlaylists() {
        String annsSegment = segment(get("/live/cam.m3u8?" + signed("ann")));
        String bobsSegment = segment(get("/live/cam.m3u8?" + signed("bob")));
        Bans bans = new Bans(sessions);
        sessions.admitBy(bans);
        bans.use(List.of(new Ban("b-1", null, "*", "*", "*", "ann", null)));
        assertThat(get(annsSegment).code()).isEqualTo(403);
        assertThat(get(bobsSegment).code()).isEqualTo(200);
        assertThat(get("/live/cam.m3u8?" + signed("ann")).code()).isEqualTo(403);
        assertThat(sessions.sessions().stream().map(Session::subject)).containsExactly("bob");
    }

    @Test
    void aStreamThatNoRuleMatchesIsFree() {
        assertThat(get("/live/other.m3u8").code()).isEqualTo(200);
    }
}
