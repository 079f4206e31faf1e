package io.millrace.worker.hls;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Protocol;
import io.millrace.model.access.Ban;
import io.millrace.model.access.VhostGrant;
import io.millrace.model.access.VhostLimits;
import io.millrace.model.address.Network;
import io.millrace.model.wire.OriginObservation.Failure;
import io.millrace.worker.access.ban.Bans;
import io.millrace.worker.access.limit.VhostLimiter;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.http.Request;
import io.millrace.worker.http.TestExchange;
import io.millrace.worker.http.origin.OriginFailure;
import io.netty.handler.codec.http.HttpMethod;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class HlsDeliveryTest extends HlsDelivery {

    @Test
    void givesEveryViewerAPlaylistThatLeadsToTheOriginThatWroteIt() {
        origin.next(asked -> asked.answer(200, M3U8, MEDIA));
        String text = get("/live/cam.m3u8?token=x").text();

        assertThat(text.replaceAll("mr=[A-Za-z0-9_-]+", "mr=T")).isEqualTo("""
            #EXTM3U
            #EXT-X-VERSION:3
            #EXT-X-TARGETDURATION:4
            #EXT-X-MEDIA-SEQUENCE:7
            #EXTINF:4.0,
            cam-7.ts?mr=T
            #EXTINF:4.0,
            /other/cam-8.ts?a=b&mr=T
            #EXTINF:4.0,
            /live/cam-9.ts?mr=T
            #EXTINF:4.0,
            https://cdn.example/cam-10.ts
            """);
        assertThat(origin.asked).hasSize(1);
        assertThat(origin.asked.getFirst().ask.target()).isEqualTo("/live/cam.m3u8?token=x");
        assertThat(origin.asked.getFirst().ask.headers().get("host")).isEqualTo("media.example:8080");
        assertThat(origin.asked.getFirst().ask.headers().contains("x-real-ip"))
                .as("others share it")
                .isFalse();
    }

    @Test
    void aSegmentGoesToTheOriginOfItsPlaylistAlsoWhenTheStreamHasMoved() {
        String segment = firstSegment();
        router.origins.removeFirst();
        origin.next(asked -> asked.answer(200, "video/mp2t", "seven"));
        assertThat(get(segment).text()).isEqualTo("seven");
        assertThat(origin.asked.getLast().endpoint.port()).isEqualTo(1001);
        assertThat(origin.asked.getLast().ask.target()).isEqualTo("/live/cam-7.ts");
    }

    @Test
    void anOriginThatIsGoneFromTheTableIsLookedForAgain() {
        String segment = firstSegment();
        router.origins.removeFirst();
        router.publishTable();
        origin.next(asked -> asked.answer(200, "video/mp2t", "seven"));
        assertThat(get(segment).text()).isEqualTo("seven");
        assertThat(origin.asked.getLast().endpoint.port()).isEqualTo(1002);
    }

    @Test
    void aForgedTokenIsIgnoredAndThePathDecides() {
        String segment = firstSegment();
        String forged = segment.substring(0, segment.length() - 2) + (segment.endsWith("AA") ? "BB" : "AA");
        TestExchange exchange = new TestExchange(loops.next(), HttpMethod.GET, forged, "10.0.0.1");
        assertThat(service.claims(exchange.request())).as("the stream is known").isTrue();
        origin.next(asked -> asked.answer(200, "video/mp2t", "seven"));
        assertThat(exchange.through(service).text()).isEqualTo("seven");
        assertThat(origin.asked.getLast().ask.target()).isEqualTo("/live/cam-7.ts");
    }

    @Test
    void aTokenOpensNoOtherFolderOfTheOriginAndNothingOfAnotherKind() {
        String token = firstSegment();
        String query = token.substring(token.indexOf('?'));
        for (String path : List.of(
                "/control/drop/publisher",
                "/control/drop/publisher.ts",
                "/stat",
                "/live/drop",
                "/live/cam.flv",
                "/live/sub/cam.key",
                "/live/%252e%252e/control/drop.ts")) {
            Request request = request(path + query);
            assertThat(service.claims(request)).as(path).isFalse();
            request = request(path + query + "&app=live&name=cam");
            assertThat(service.claims(request)).as(path).isFalse();
        }
        assertThat(service.claims(request("/live/cam-8.ts" + query))).isTrue();
    }

    @Test
    void eachUriOfAPlaylistOpensItsOwnFolder() {
        origin.next(asked -> asked.answer(200, M3U8, MEDIA));
        List<String> uris = get("/live/cam.m3u8")
                .text()
                .lines()
                .filter(line -> line.contains("mr="))
                .toList();
        String query = uris.get(1).substring(uris.get(1).indexOf("mr="));
        origin.usually(asked -> asked.answer(200, "video/mp2t", "eight"));
        assertThat(get(uris.get(1)).text()).isEqualTo("eight");
        assertThat(origin.asked.getLast().ask.target()).isEqualTo("/other/cam-8.ts?a=b");
        assertThat(service.claims(request("/other/cam.bin?" + query))).isFalse();
        assertThat(service.claims(request("/live/cam.bin?" + query))).isFalse();
    }

    @Test
    void leavesWhatMayBeAStreamOfHttpTsToOthers() {
        assertThat(service.claims(request("/live/unknown.ts"))).isFalse();
        assertThat(service.claims(request("/live/unknown1.ts"))).isFalse();
        assertThat(service.claims(request("/live/unknown-1.ts"))).isTrue();
        assertThat(service.claims(request("/live/unknown/1.ts"))).isTrue();
        assertThat(service.claims(request("/live/unknown.flv"))).isFalse();
        assertThat(service.claims(request("/live/unknown/1.m4s"))).isTrue();
        assertThat(service.claims(request("/live/unknown.m3u8"))).isTrue();
    }

    @Test
    void anErrorOfTheOriginPassesWithItsBodyAndIsRememberedForASecond() {
        origin.usually(asked -> asked.answer(404, "text/html", "<h1>none</h1>"));
        TestExchange first = get("/live/cam.m3u8");
        assertThat(first.code()).isEqualTo(404);
        assertThat(first.text()).isEqualTo("<h1>none</h1>");
        assertThat(first.headers().get("content-type")).isEqualTo("text/html");
        assertThat(get("/live/cam.m3u8").code()).isEqualTo(404);
        assertThat(origin.asked).hasSize(1);
        pass(Duration.ofMillis(1_100));
        assertThat(get("/live/cam.m3u8").code()).isEqualTo(404);
        assertThat(origin.asked).hasSize(2);
        assertThat(sessions.size())
                .as("a playlist that does not exist has no viewer")
                .isZero();
    }

    @Test
    void anOriginThatRefusesIsReportedOnceAndReplaced() {
        origin.next(asked -> asked.fail(new OriginFailure(Failure.REFUSED, "nothing listens there"), true));
        origin.next(asked -> asked.answer(200, M3U8, MEDIA));
        assertThat(get("/live/cam.m3u8").code()).isEqualTo(200);
        assertThat(router.failed).hasSize(1);
        assertThat(origin.asked).extracting(asked -> asked.endpoint.port()).containsExactly(1001, 1002);
    }

    @Test
    void whenNoOriginCanBeReachedTheViewerIsRefused() {
        origin.usually(asked -> asked.fail(new OriginFailure(Failure.REFUSED, "nothing listens there"), true));
        assertThat(get("/live/cam.m3u8").code()).isEqualTo(502);
        router.origins.clear();
        assertThat(get("/live/other.m3u8").code()).isEqualTo(503);
    }

    @Test
    void rangesHeadAndConditionsWorkOnASegment() {
        String segment = firstSegment();
        origin.next(asked -> asked.head(
                        200, "content-type", "video/mp2t", "content-length", "10", "etag", "\"e\"", "x-a", "b")
                .body("0123456789".getBytes(StandardCharsets.UTF_8))
                .end());
        TestExchange whole = get(segment);
        assertThat(whole.text()).isEqualTo("0123456789");
        assertThat(whole.headers().get("accept-ranges")).isEqualTo("bytes");
        assertThat(whole.headers().get("x-a")).isEqualTo("b");
        TestExchange part = get(segment, "range", "bytes=2-4");
        assertThat(part.text()).isEqualTo("234");
        assertThat(part.code()).isEqualTo(206);
        assertThat(part.headers().get("content-range")).isEqualTo("bytes 2-4/10");
        assertThat(get(segment, "range", "bytes=10-").code()).isEqualTo(416);
        assertThat(get(segment, "range", "bytes=2-4", "if-range", "\"old\"").text())
                .isEqualTo("0123456789");
        assertThat(get(segment, "if-none-match", "\"x\", \"e\"").code()).isEqualTo(304);
        TestExchange head = ask(HttpMethod.HEAD, segment, "10.0.0.1");
        assertThat(head.code()).isEqualTo(200);
        assertThat(head.headers().get("content-length")).isEqualTo("10");
        assertThat(head.bytes()).isEmpty();
        assertThat(origin.asked).hasSize(2);
    }

    @Test
    void playlistsHaveATagAndTravelPacked() throws IOException {
        String longer = MEDIA + "#EXTINF:4.0,\ncam-11.ts\n".repeat(50);
        origin.usually(asked -> asked.answer(200, "text/plain", longer));
        TestExchange plain = get("/live/cam.m3u8");
        String tag = plain.headers().get("etag");
        assertThat(plain.headers().get("content-type")).isEqualTo(M3U8);
        TestExchange packed = get("/live/cam.m3u8", "accept-encoding", "br, gzip;q=0.5");
        assertThat(packed.headers().get("content-encoding")).isEqualTo("gzip");
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed.bytes()))) {
            assertThat(in.readAllBytes()).isEqualTo(plain.bytes());
        }
        assertThat(get("/live/cam.m3u8", "if-none-match", tag).code()).isEqualTo(304);
        assertThat(get("/live/cam.m3u8", "accept-encoding", "gzip;q=0")
                        .headers()
                        .get("content-encoding"))
                .isNull();
    }

    @Test
    void aKickedViewerIsRefusedForAMinute() {
        origin.usually(asked -> asked.answer(200, M3U8, MEDIA));
        get("/live/cam.m3u8").text();
        Session session = sessions.sessions().iterator().next();
        assertThat(session.protocol()).isEqualTo(Protocol.HLS);
        assertThat(session.relaying())
                .hasValueSatisfying(place -> assertThat(place.epoch()).isEqualTo(7));
        session.end(CloseReason.KICKED, "test");
        assertThat(sessions.size()).isZero();
        assertThat(get("/live/cam.m3u8").code()).isEqualTo(403);
        assertThat(ask(HttpMethod.GET, "/live/cam.m3u8", "10.0.0.2").code()).isEqualTo(200);
        pass(Duration.ofSeconds(61));
        assertThat(get("/live/cam.m3u8").code()).isEqualTo(200);
    }

    @Test
    void aBannedViewerGetsNothingWhateverItsUrisSayUntilTheBanIsLifted() {
        Bans bans = new Bans(sessions);
        sessions.admitBy(bans);
        String segment = firstSegment();
        origin.usually(asked -> asked.answer(200, "video/mp2t", "seven"));
        assertThat(get(segment).code()).isEqualTo(200);
        assertThat(sessions.size()).isEqualTo(1);

        bans.use(List.of(new Ban("b-1", Network.parse("10.0.0.1"), "*", "*", "*", null, null)));
        assertThat(sessions.size()).as("it is ended").isZero();
        int asked = origin.asked.size();
        assertThat(get(segment).code()).isEqualTo(403);
        assertThat(get("/live/cam-7.ts").code()).as("without a token").isEqualTo(403);
        assertThat(get("/live/cam.m3u8").code()).isEqualTo(403);
        assertThat(origin.asked).as("no origin is asked for it").hasSize(asked);
        assertThat(ask(HttpMethod.GET, segment, "10.0.0.2").code()).isEqualTo(200);

        bans.use(List.of());
        assertThat(get(segment).code()).isEqualTo(200);
    }

    @Test
    void aViewerTooManyOfItsVhostIsRefusedAndTheOthersAskOn() {
        VhostLimiter limiter = new VhostLimiter(sessions, System::nanoTime);
        sessions.admitBy(limiter);
        limiter.use(List.of(new VhostLimits("*", null, 2, null, null)));
        origin.usually(asked -> asked.answer(200, M3U8, MEDIA));
        assertThat(get("/live/cam.m3u8").code()).isEqualTo(200);
        assertThat(ask(HttpMethod.GET, "/live/cam.m3u8", "10.0.0.2").code()).isEqualTo(200);
        assertThat(ask(HttpMethod.GET, "/live/cam.m3u8", "10.0.0.3").code()).isEqualTo(503);
        limiter.granted(List.of(new VhostGrant("__defaultVhost__", null, 1, List.of())));
        assertThat(get("/live/cam.m3u8").code()).isEqualTo(200);
        assertThat(ask(HttpMethod.GET, "/live/cam.m3u8", "10.0.0.2").code())
                .as("it was ended, and there is no room for its return")
                .isEqualTo(503);
    }

    @Test
    void aViewerThatAsksNoMoreEndsAfterAWhile() {
        origin.usually(asked -> asked.answer(200, M3U8, MEDIA));
        get("/live/cam.m3u8").text();
        pass(Duration.ofSeconds(14));
        viewers.sweep();
        assertThat(sessions.size()).isEqualTo(1);
        pass(Duration.ofSeconds(2));
        viewers.sweep();
        assertThat(sessions.size()).isZero();
    }

    @Test
    void aNameThatIsNoStreamIsNotFound() {
        assertThat(get("/cam.m3u8").code()).isEqualTo(404);
        assertThat(origin.asked).isEmpty();
    }
}
