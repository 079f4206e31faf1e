package io.millrace.worker.webrtc.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.model.Endpoint;
import io.millrace.model.Intent;
import io.millrace.model.OriginKind;
import io.millrace.model.StreamKey;
import io.millrace.model.Transport;
import io.millrace.model.access.Ban;
import io.millrace.model.address.Network;
import io.millrace.model.wire.MediaRoute;
import io.millrace.worker.access.ban.Bans;
import io.millrace.worker.admin.sessions.Fixtures;
import io.millrace.worker.routing.resolve.Resolution;
import io.millrace.worker.routing.resolve.TestRouter;
import io.millrace.worker.webrtc.codec.Candidate;
import io.millrace.worker.webrtc.codec.Sdp;
import io.millrace.worker.webrtc.codec.SdpCase;
import io.millrace.worker.webrtc.session.RtcOrigin.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients on real sockets, two workers, and origins that answer as the test says. */
class SignallingTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String OFFER = SdpCase.CHROME_OFFER.text();
    private static final String SRS_LOCATION =
            "/rtc/v1/whip/?action=delete&token=7w6vq1x&app=live&stream=cam&session=%s:Zk3q";

    private final TestRouter router = new TestRouter();
    private RtcOrigin srs;
    private RtcOrigin other;
    private SignallingWorker worker;
    private SignallingWorker second;

    @BeforeEach
    void start() throws IOException {
        srs = new RtcOrigin(OriginKind.SRS);
        srs.script = SignallingTest::likeSrs;
        other = new RtcOrigin(OriginKind.OTHER);
        other.script = asked -> answer(SdpCase.LIBWEBRTC_ANSWER.text(), "/whip/resource/7");
        worker = new SignallingWorker(SignallingWorker.settings(false), router);
        second = new SignallingWorker(SignallingWorker.settings(false), router);
        lead(srs);
    }

    @AfterEach
    void stop() {
        worker.close();
        second.close();
        srs.close();
        other.close();
    }

    private void lead(RtcOrigin... origins) {
        router.origins.clear();
        List.of(origins).forEach(origin -> router.origins.add(origin.origin()));
        router.publishTable();
    }

    /** It takes the ufrag that it is given. */
    private static Answer likeSrs(RtcOrigin.Asked asked) {
        if (asked.method().equals("DELETE")) {
            return new Answer(200, "", Map.of());
        }
        String wanted = asked.parameter("ice-ufrag");
        String ufrag = wanted.isEmpty() ? "3l2f6l97" : wanted;
        return answer(SdpCase.SRS_ANSWER.text().replace("3l2f6l97", ufrag), SRS_LOCATION.formatted(ufrag));
    }

    private static Answer answer(String sdp, String location) {
        return new Answer(
                201,
                sdp,
                Map.of(
                        "Content-Type",
                        List.of("application/sdp"),
                        "Location",
                        List.of(location),
                        "ETag",
                        List.of("\"abc:1\""),
                        "Link",
                        List.of(
                                "<stun:stun.example.net>; rel=\"ice-server\"",
                                "<turn:turn.example.net>; rel=\"ice-server\"")));
    }

    private static String header(HttpResponse<String> answer, String name) {
        return String.join("|", answer.headers().allValues(name));
    }

    private static List<String> ways(String sdp) {
        return Sdp.parse(sdp).candidates().stream()
                .map(one -> one.transport() + " " + one.address() + " " + one.port() + " "
                        + one.tcpType().orElse("-"))
                .distinct()
                .toList();
    }

    @Test
    void aBannedClientIsForbiddenBeforeAnyOriginIsAsked() throws Exception {
        Bans bans = new Bans(worker.sessions);
        worker.sessions.admitBy(bans);
        bans.use(List.of(new Ban("b-1", Network.parse("127.0.0.1"), "*", "*", "*", null, null)));
        assertThat(worker.post("/rtc/v1/whep/?app=live&stream=cam", OFFER).statusCode())
                .isEqualTo(403);
        assertThat(worker.post("/rtc/v1/whip/?app=live&stream=cam", OFFER).statusCode())
                .isEqualTo(403);
        assertThat(srs.asked).isEmpty();
    }

    // ---- names that nobody publishes

    @Test
    void aScanOfMadeUpNamesLeavesNoMoreRoutesThanMayBeWaitedFor() throws Exception {
        router.source = Resolution.Source.PROVISIONAL;
        int refused = 0;
        for (int i = 0; i < 2 * SignallingWorker.MAX_WAITED_FOR; i++) {
            HttpResponse<String> answer = worker.post("/rtc/v1/whep/?app=live&stream=made-up-" + i, OFFER);
            if (answer.statusCode() == 503) {
                refused++;
                assertThat(answer.body()).contains("too many such streams");
            } else {
                assertThat(answer.statusCode()).isEqualTo(201);
            }
        }

        assertThat(refused).isEqualTo(SignallingWorker.MAX_WAITED_FOR);
        assertThat(srs.asked).hasSize(SignallingWorker.MAX_WAITED_FOR);
        assertThat(worker.book).hasSize(SignallingWorker.MAX_WAITED_FOR);
        // Viewers of a show that begins soon, or has begun, do not notice.
        assertThat(worker.post("/rtc/v1/whep/?app=live&stream=made-up-0", OFFER).statusCode())
                .isEqualTo(201);
        router.source = Resolution.Source.CONTROL_PLANE;
        assertThat(worker.post("/rtc/v1/whep/?app=live&stream=cam", OFFER).statusCode())
                .isEqualTo(201);
    }

    @Test
    void whatTheOriginRefusesIsNotWaitedFor() throws Exception {
        router.source = Resolution.Source.PROVISIONAL;
        srs.script = asked -> new Answer(404, "no such stream", Map.of());
        for (int i = 0; i < 2 * SignallingWorker.MAX_WAITED_FOR; i++) {
            assertThat(worker.post("/rtc/v1/whep/?app=live&stream=made-up-" + i, OFFER)
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    // ---- WHIP and WHEP

    @ParameterizedTest
    @CsvSource({
        "/rtc/v1/whip/?app=live&stream=cam, /rtc/v1/whip/?app=live&stream=cam, PUBLISH",
        "/rtc/v1/whip?app=live&stream=cam&secret=1, /rtc/v1/whip/?app=live&stream=cam&secret=1, PUBLISH",
        "/rtc/v1/whip/?action=publish&stream=cam, /rtc/v1/whip/?action=publish&stream=cam, PUBLISH",
        "/rtc/v1/whip/?action=play&stream=cam, /rtc/v1/whip/?action=play&stream=cam, PLAY",
        "/rtc/v1/whep/?app=live&stream=cam, /rtc/v1/whep/?app=live&stream=cam, PLAY",
        "/rtc/v1/whip-play?stream=cam, /rtc/v1/whip-play/?stream=cam, PLAY",
        "/rtc/v1/whip/?stream=cam&eip=198.51.100.7, /rtc/v1/whip/?stream=cam, PUBLISH",
    })
    void anOfferGoesToTheOriginOfItsStream(String target, String atOrigin, Intent intent) throws Exception {
        HttpResponse<String> answer = worker.post(target, OFFER);

        assertThat(answer.statusCode()).isEqualTo(201);
        RtcOrigin.Asked asked = srs.asked.getFirst();
        assertThat(asked.target()).startsWith(atOrigin + "&ice-ufrag=");
        assertThat(asked.header("content-type")).isEqualTo("application/sdp");
        assertThat(asked.header("x-real-ip")).isEqualTo("127.0.0.1");
        assertThat(asked.header("x-forwarded-for")).isEqualTo("127.0.0.1");
        assertThat(asked.body()).startsWith("v=0\r\n").doesNotContain("a=candidate", "192.0.2.33");
        MediaRoute route = worker.expected.getFirst();
        assertThat(route.stream()).isEqualTo(StreamKey.parse("__defaultVhost__/live/cam"));
        assertThat(route.intent()).isEqualTo(intent);
        assertThat(route.epoch()).isEqualTo(7);
        assertThat(route.origin()).isEqualTo(srs.origin().id());
        assertThat(route.endpoint()).isEqualTo(new Endpoint(Transport.UDP, "127.0.0.1", RtcOrigin.MEDIA_PORT));
        assertThat(route.key()).isEqualTo(asked.parameter("ice-ufrag")).hasSize(32);
        assertThat(route.resource()).startsWith("/rtc/v1/whip/?action=delete&token=7w6vq1x");
        assertThat(worker.book).containsExactly(route);
    }

    @Test
    void theAnswerLeadsToThisWorkerAndKeepsWhatTheOriginSaid() throws Exception {
        HttpResponse<String> answer = worker.post("/rtc/v1/whip/?stream=cam", OFFER);

        assertThat(ways(answer.body())).containsExactly("udp 127.0.0.1 18000 -", "tcp 127.0.0.1 18001 passive");
        assertThat(answer.body()).contains("a=ice-lite", "a=group:BUNDLE 0 1").doesNotContain("10.0.0.9");
        assertThat(header(answer, "content-type")).isEqualTo("application/sdp");
        assertThat(header(answer, "etag")).isEqualTo("\"abc:1\"");
        assertThat(answer.headers().allValues("link")).hasSize(2);
        assertThat(header(answer, "access-control-allow-origin")).isEqualTo("*");
        assertThat(header(answer, "access-control-expose-headers")).contains("Location", "Link", "ETag");
        assertThat(header(answer, "location"))
                .startsWith("/rtc/v1/whip/?action=delete&token=7w6vq1x&app=live&stream=cam&session=")
                .contains("&mr=");
    }

    @Test
    void whatTheClientChoseForItselfIsKept() throws Exception {
        String target =
                "/rtc/v1/whip/?stream=cam&ice-ufrag=mine1234&ice-pwd=0123456789abcdefghijkl&candidate=198.51.100.7:99";
        HttpResponse<String> answer = worker.ask(
                "POST",
                target,
                OFFER,
                "Content-Type",
                "application/sdp",
                "Authorization",
                "Bearer t",
                "X-Forwarded-For",
                "203.0.113.9");

        RtcOrigin.Asked asked = srs.asked.getFirst();
        assertThat(asked.target())
                .isEqualTo("/rtc/v1/whip/?stream=cam&ice-ufrag=mine1234&ice-pwd=0123456789abcdefghijkl");
        assertThat(asked.header("authorization")).isEqualTo("Bearer t");
        assertThat(asked.header("x-forwarded-for")).isEqualTo("203.0.113.9, 127.0.0.1");
        assertThat(worker.book.getFirst().key()).isEqualTo("mine1234");
        assertThat(ways(answer.body())).containsExactly("udp 198.51.100.7 99 -", "tcp 198.51.100.7 99 passive");
    }

    @Test
    void theUfragOfAnotherSessionCannotBeChosen() throws Exception {
        worker.post("/rtc/v1/whip/?stream=cam", OFFER);
        String taken = worker.expected.getFirst().key();
        assertThat(second.post("/rtc/v1/whep/?stream=other&ice-ufrag=" + taken, OFFER)
                        .statusCode())
                .isEqualTo(400);
        assertThat(second.expected).isEmpty();
    }

    @Test
    void othersChooseTheirUfragAndSayWhereTheirMediaIs() throws Exception {
        other.script = asked -> answer(
                SdpCase.LIBWEBRTC_ANSWER.text().replace("2001:db8::9 40001", "127.0.0.1 40001"), "/whip/resource/7");
        lead(other);

        HttpResponse<String> answer = worker.post("/rtc/v1/whip/?stream=cam", OFFER);

        assertThat(other.asked.getFirst().target()).isEqualTo("/rtc/v1/whip/?stream=cam");
        assertThat(worker.book.getFirst().key()).isEqualTo("pQ+/");
        assertThat(worker.book.getFirst().endpoint()).isEqualTo(new Endpoint(Transport.UDP, "127.0.0.1", 40_001));
        assertThat(answer.body()).contains("a=end-of-candidates");
        assertThat(header(answer, "location")).startsWith("/whip/resource/7?mr=");
    }

    @Test
    void aControlPlaneThatIsSilentOrFailsCostsAMomentAtMost() throws Exception {
        lead(other);
        worker.putAnswer = new CompletableFuture<>();
        assertThat(worker.post("/rtc/v1/whip/?stream=cam", OFFER).statusCode()).isEqualTo(201);
        worker.putAnswer = CompletableFuture.failedFuture(new IOException("no control plane"));
        assertThat(worker.post("/rtc/v1/whip/?stream=cam", OFFER).statusCode()).isEqualTo(201);
        assertThat(worker.expected).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"400, WHIP says no", "401, who are you", "404, ''", "409, busy", "500, broken", "503, later"})
    void errorsAreTheOrigins(int status, String body) throws Exception {
        srs.script = asked ->
                new Answer(status, body, Map.of("WWW-Authenticate", List.of("Bearer"), "Retry-After", List.of("7")));

        HttpResponse<String> answer = worker.post("/rtc/v1/whip/?stream=cam", OFFER);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo(body);
        assertThat(header(answer, "www-authenticate")).isEqualTo("Bearer");
        assertThat(header(answer, "retry-after")).isEqualTo("7");
        assertThat(srs.asked).hasSize(1);
        assertThat(router.failed).isEmpty();
        assertThat(worker.expected).isEmpty();
    }

    @Test
    void anOriginThatIsDeadIsReportedAndTheNextOneIsAsked() throws Exception {
        int dead;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            dead = closed.getLocalPort();
        }
        router.origins.addFirst(RtcOrigin.at(dead, OriginKind.SRS));
        router.publishTable();

        assertThat(worker.post("/rtc/v1/whip/?stream=cam", OFFER).statusCode()).isEqualTo(201);

        assertThat(router.failed).hasSize(1);
        assertThat(worker.expected.getFirst().origin()).isEqualTo(srs.origin().id());
    }

    @Test
    void anOriginThatHangsUpRefusesAndIsNotTakenForDead() throws Exception {
        lead(srs, other);
        String location = header(worker.post("/rtc/v1/whip/?stream=cam", OFFER), "location");
        srs.script = asked -> new Answer(0, "", Map.of());

        assertThat(worker.post("/rtc/v1/whip/?stream=cam", OFFER).statusCode()).isEqualTo(502);
        assertThat(worker.ask("DELETE", location, "").statusCode()).isEqualTo(502);

        assertThat(router.failed).isEmpty();
        assertThat(other.asked).isEmpty();
        assertThat(worker.ended).isEmpty();
    }

    @Test
    void whereNobodyTakesTheStreamTheClientHearsIt() throws Exception {
        router.origins.clear();
        assertThat(worker.post("/rtc/v1/whip/?stream=cam", OFFER).statusCode()).isEqualTo(503);
    }

    @Test
    void anAnswerThatIsNoSdpIsTheOriginsFault() throws Exception {
        srs.script = asked -> answer("<html>", "/x");
        assertThat(worker.post("/rtc/v1/whip/?stream=cam", OFFER).statusCode()).isEqualTo(502);
        srs.script = asked -> answer("v=0\r\nm=audio 9 RTP/AVP 0\r\n", "/x");
        assertThat(worker.post("/rtc/v1/whip/?stream=cam", OFFER).statusCode()).isEqualTo(502);
        assertThat(worker.expected).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "POST; /rtc/v1/whip/?stream=cam; hello; 400",
                "POST; /rtc/v1/whip/?stream=a%00; v=0; 400",
                "POST; /rtc/v1/whip/?stream=cam&eip=media.example.com; v=0; 400",
                "POST; /rtc/v1/whip/?action=delete; v=0; 400",
                "GET; /rtc/v1/whip/; ''; 405",
                "PUT; /rtc/v1/whep/; x; 405",
                "GET; /rtc/v1/play/; ''; 405",
                "POST; /rtc/v1/play/; x; 400",
                "POST; /rtc/v1/play/; {}; 400",
                "DELETE; /rtc/v1/whip/; ''; 404",
                "DELETE; /rtc/v1/whip/?action=delete&stream=cam; ''; 404",
                "PATCH; /rtc/v1/whip/?action=delete&stream=cam&token=x&session=a:b; x; 404",
                "DELETE; /rtc/v1/whip/?mr=AAAA; ''; 403",
                "DELETE; /api/v1/clients/1?mr=x; ''; 403",
                "GET; /api/v1/clients/1?mr=x; ''; 404",
            })
    void whatMakesNoSenseDoesNotReachAnOrigin(String method, String target, String body, int status) throws Exception {
        HttpResponse<String> answer =
                worker.ask(method, target, body.equals("v=0") ? OFFER : body, "Content-Type", "application/sdp");
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body().strip()).isNotEmpty().doesNotContain("\n");
        assertThat(srs.asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/rtc/v1/whip/?app=live", "/rtc/v1/whip", "/rtc/v1/whep/", "/session/5ac1?mr=AAAO"})
    void browsersMayAskBeforehand(String target) throws Exception {
        HttpResponse<String> answer = worker.ask(
                "OPTIONS",
                target,
                "",
                "Access-Control-Request-Method",
                "POST",
                "Access-Control-Request-Headers",
                "authorization,content-type,if-match");
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(header(answer, "accept-post")).isEqualTo("application/sdp");
        assertThat(header(answer, "access-control-allow-methods")).contains("POST", "PATCH", "DELETE");
        assertThat(header(answer, "access-control-allow-headers")).contains("if-match");
    }

    @Test
    void directLeavesTheDescriptionsAsTheyAre() throws Exception {
        try (SignallingWorker direct = new SignallingWorker(SignallingWorker.settings(true), router)) {
            HttpResponse<String> answer = direct.post("/rtc/v1/whip/?stream=cam&eip=198.51.100.7", OFFER);
            assertThat(srs.asked.getFirst().body()).isEqualTo(OFFER);
            assertThat(srs.asked.getFirst().target()).isEqualTo("/rtc/v1/whip/?stream=cam&eip=198.51.100.7");
            assertThat(answer.body()).isEqualTo(SdpCase.SRS_ANSWER.text());
            assertThat(direct.ask("DELETE", header(answer, "location"), "").statusCode())
                    .isEqualTo(200);
        }
    }

    // ---- ending and changing

    @ParameterizedTest
    @CsvSource({
        "/rtc/v1/whip/?action=delete&token=a&session=x:y+z/, /rtc/v1/whip/?action=delete&token=a&session=x:y+z/",
        "http://10.1.2.3:1985/whip/resource/9, /whip/resource/9",
        "https://origin.example/w/9?k=v#frag, /w/9?k=v",
        "resource/9, /rtc/v1/whip/resource/9",
        "../whip-sessions/9?, /rtc/v1/whip-sessions/9",
        "?session=5, /rtc/v1/whip/?session=5",
        "/w/a b\"c, /w/a%20b%22c",
    })
    void aSessionEndsThroughAnyWorker(String location, String resource) throws Exception {
        other.script = asked -> asked.method().equals("DELETE")
                ? new Answer(200, "bye", Map.of())
                : answer(SdpCase.LIBWEBRTC_ANSWER.text(), location);
        lead(srs, other);
        router.origins.removeFirst();
        HttpResponse<String> created = worker.post("/rtc/v1/whip/?stream=cam", OFFER);
        assertThat(worker.book.getFirst().resource()).isEqualTo(resource);
        // The stream has moved meanwhile, the session has not.
        router.origins.clear();

        HttpResponse<String> answer = second.ask(
                "DELETE", header(created, "location"), "", "If-Match", "\"abc:1\"", "Authorization", "Bearer t");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("bye");
        RtcOrigin.Asked asked = other.asked.getLast();
        assertThat(asked.method()).isEqualTo("DELETE");
        assertThat(asked.target()).isEqualTo(resource);
        assertThat(asked.header("if-match")).isEqualTo("\"abc:1\"");
        assertThat(asked.header("authorization")).isEqualTo("Bearer t");
        assertThat(second.ended).containsExactly("pQ+/");
        assertThat(second.removed).containsExactly("pQ+/");
    }

    @Test
    void anAddressIsGoodForItsOwnResourceAlone() throws Exception {
        String location = header(worker.post("/rtc/v1/whip/?stream=cam", OFFER), "location");
        String token = location.substring(location.indexOf("mr="));
        assertThat(worker.ask("DELETE", "/api/v1/clients/1?" + token, "").statusCode())
                .isEqualTo(403);
        assertThat(worker.ask("DELETE", location.replace("stream=cam", "stream=other"), "")
                        .statusCode())
                .isEqualTo(403);
        assertThat(srs.asked).hasSize(1);
    }

    @Test
    void whatTheOriginDoesNotEndIsNotOver() throws Exception {
        String location = header(worker.post("/rtc/v1/whip/?stream=cam", OFFER), "location");
        srs.script = asked -> new Answer(412, "not yours", Map.of());
        assertThat(worker.ask("DELETE", location, "").statusCode()).isEqualTo(412);
        assertThat(worker.ended).isEmpty();
        srs.script = asked -> new Answer(404, "", Map.of());
        assertThat(worker.ask("DELETE", location, "").statusCode()).isEqualTo(404);
        assertThat(worker.ended).hasSize(1);
    }

    @Test
    void aSessionWhoseOriginIsGoneIsOver() throws Exception {
        String location = header(worker.post("/rtc/v1/whip/?stream=cam", OFFER), "location");
        srs.close();
        assertThat(worker.ask("DELETE", location, "").statusCode()).isEqualTo(502);
        assertThat(router.failed).hasSize(1);
        lead(other);
        assertThat(worker.ask("DELETE", location, "").statusCode()).isEqualTo(404);
        assertThat(worker.ended).hasSize(1);
    }

    @Test
    void srsOwnFormOfEndingFindsTheOriginByTheUfragOrTheStream() throws Exception {
        worker.post("/rtc/v1/whip/?stream=cam", OFFER);
        String resource = worker.expected.getFirst().resource();
        String byStream = SRS_LOCATION.formatted("3l2f6l97");

        assertThat(second.ask("DELETE", byStream, "").statusCode()).isEqualTo(200);
        router.origins.clear();
        assertThat(second.ask("DELETE", resource, "").statusCode()).isEqualTo(200);
        assertThat(second.ask("DELETE", byStream, "").statusCode()).isEqualTo(404);

        assertThat(srs.asked.stream().map(RtcOrigin.Asked::target)).endsWith(byStream, resource);
        // SRS says yes to names it does not know: no stranger may end a session that way.
        assertThat(second.ended).isEmpty();
    }

    @Test
    void whatAClientTricklesStaysHereAndARestartLeadsToTheWorkerAgain() throws Exception {
        other.script = asked -> asked.method().equals("PATCH")
                ? new Answer(
                        200,
                        """
                        a=ice-ufrag:newU
                        a=ice-pwd:newPnewPnewPnewPnewPnewP
                        m=audio 9 RTP/AVP 0
                        a=mid:0
                        a=candidate:1 1 udp 1 127.0.0.1 40009 typ host
                        """,
                        Map.of(
                                "Content-Type",
                                List.of("application/trickle-ice-sdpfrag"),
                                "ETag",
                                List.of("\"abc:2\"")))
                : answer(SdpCase.LIBWEBRTC_ANSWER.text(), "/whip/resource/7");
        lead(other);
        String location = header(worker.post("/rtc/v1/whip/?stream=cam", OFFER), "location");
        String credentials =
                "a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\n";

        HttpResponse<String> answer = second.ask(
                "PATCH",
                location,
                credentials + "a=candidate:1 1 udp 1 192.0.2.1 5 typ host\r\na=end-of-candidates\r\n",
                "Content-Type",
                "application/trickle-ice-sdpfrag",
                "If-Match",
                "\"abc:1\"");

        assertThat(other.asked.getLast().body()).isEqualTo(credentials);
        assertThat(other.asked.getLast().header("if-match")).isEqualTo("\"abc:1\"");
        assertThat(other.asked.getLast().target()).isEqualTo("/whip/resource/7");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "etag")).isEqualTo("\"abc:2\"");
        assertThat(Sdp.parseFragment(answer.body()).candidates().stream().map(Candidate::port))
                .containsExactly(SignallingWorker.UDP_PORT, SignallingWorker.TCP_PORT);
        MediaRoute fresh = second.expected.getFirst();
        assertThat(fresh.key()).isEqualTo("newU");
        assertThat(fresh.endpoint().port()).isEqualTo(40_009);
        assertThat(second.book).containsExactly(fresh);
    }

    // ---- SRS's API from before WHIP

    private static String json(String streamUrl) {
        return JSON.createObjectNode()
                .put("api", "http://127.0.0.1:1985/rtc/v1/play/")
                .put("streamurl", streamUrl)
                .put("clientip", "203.0.113.9")
                .put("sdp", OFFER)
                .put("own", 1.10)
                .toString();
    }

    @ParameterizedTest
    @CsvSource({
        "/rtc/v1/play/, webrtc://127.0.0.1:1985/live/cam?token=1, PLAY",
        "/rtc/v1/publish, webrtc://localhost/live/cam, PUBLISH",
    })
    void theOlderApiOfSrsWorksToo(String target, String streamUrl, Intent intent) throws Exception {
        srs.script = asked -> new Answer(
                200,
                JSON.createObjectNode()
                        .put("code", 0)
                        .put("server", "vid-1")
                        .put("sdp", SdpCase.SRS_ANSWER.text())
                        .put("sessionid", "3l2f6l97:Zk3q")
                        .toString(),
                Map.of("Content-Type", List.of("application/json")));

        HttpResponse<String> answer = worker.ask("POST", target, json(streamUrl));

        JsonNode asked = JSON.readTree(srs.asked.getFirst().body());
        assertThat(asked.path("streamurl").asText()).isEqualTo(streamUrl);
        assertThat(asked.path("clientip").asText()).isEqualTo("203.0.113.9");
        assertThat(asked.path("own").asDouble()).isEqualTo(1.1);
        assertThat(asked.path("sdp").asText()).startsWith("v=0\r\n").doesNotContain("a=candidate");
        JsonNode answered = JSON.readTree(answer.body());
        assertThat(answered.path("server").asText()).isEqualTo("vid-1");
        assertThat(answered.path("sessionid").asText()).isEqualTo("3l2f6l97:Zk3q");
        assertThat(ways(answered.path("sdp").asText()))
                .containsExactly("udp 127.0.0.1 18000 -", "tcp 127.0.0.1 18001 passive");
        // This API of SRS takes no ufrag, so the other workers must know it before the client comes to one of them.
        MediaRoute route = worker.book.getFirst();
        assertThat(route.key()).isEqualTo("3l2f6l97");
        assertThat(route.stream()).isEqualTo(StreamKey.parse("__defaultVhost__/live/cam"));
        assertThat(route.intent()).isEqualTo(intent);
    }

    @Test
    void aCodeOfSrsPassesAsItIs() throws Exception {
        srs.script = asked -> new Answer(200, "{\"code\":400}", Map.of("Content-Type", List.of("application/json")));
        HttpResponse<String> answer = worker.ask("POST", "/rtc/v1/play/", json("webrtc://h/live/cam"));
        assertThat(answer.body()).isEqualTo("{\"code\":400}");
        assertThat(worker.expected).isEmpty();
    }

    // ---- who cannot stay

    @Test
    void aWorkerThatDrainsSendsNewOnesToAnotherAndServesTheOld() throws Exception {
        String location = header(worker.post("/rtc/v1/whip/?stream=cam", OFFER), "location");
        worker.draining.set(true);
        worker.standIn = Optional.of("http://192.0.2.8:11985");

        HttpResponse<String> answer = worker.post("/rtc/v1/whip?app=live&stream=cam&token=x", OFFER);
        assertThat(answer.statusCode()).isEqualTo(307);
        assertThat(header(answer, "location"))
                .isEqualTo("http://192.0.2.8:11985/rtc/v1/whip?app=live&stream=cam&token=x");
        assertThat(worker.ask("POST", "/rtc/v1/play/", json("webrtc://h/live/cam"))
                        .statusCode())
                .isEqualTo(307);
        assertThat(worker.ask("DELETE", location, "").statusCode()).isEqualTo(200);

        worker.standIn = Optional.empty();
        assertThat(worker.post("/rtc/v1/whip/", OFFER).statusCode()).isEqualTo(503);
        assertThat(srs.asked).hasSize(2);
    }

    @Test
    void aFullWorkerBeginsNothing() throws Exception {
        Fixtures.open(worker.sessions, Intent.PLAY);
        assertThat(worker.post("/rtc/v1/whip/", OFFER).statusCode()).isEqualTo(503);
        assertThat(srs.asked).isEmpty();
    }
}
