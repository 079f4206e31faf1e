package io.millrace.worker.hls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.Protocol;
import io.millrace.model.table.ClientTrait;
import io.millrace.model.table.ClusterSettings;
import io.millrace.model.wire.OriginObservation.Failure;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.Fixtures;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.http.Request;
import io.millrace.worker.http.TestExchange;
import io.millrace.worker.http.TestOrigin;
import io.millrace.worker.http.cache.CacheMetrics;
import io.millrace.worker.http.cache.CacheSettings;
import io.millrace.worker.http.cache.ObjectCache;
import io.millrace.worker.http.delivery.Delivery;
import io.millrace.worker.http.delivery.DeliveryService;
import io.millrace.worker.http.delivery.DeliverySettings;
import io.millrace.worker.http.delivery.Viewers;
import io.millrace.worker.http.origin.OriginFailure;
import io.millrace.worker.http.route.RouteTokens;
import io.millrace.worker.routing.resolve.TestRouter;
import io.millrace.worker.settings.ClusterToken;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.handler.codec.http.HttpMethod;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HlsDeliveryTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String M3U8 = "application/vnd.apple.mpegurl";
    private static final String MEDIA = """
            #EXTM3U
            #EXT-X-VERSION:3
            #EXT-X-TARGETDURATION:4
            #EXT-X-MEDIA-SEQUENCE:7
            #EXTINF:4.0,
            cam-7.ts
            #EXTINF:4.0,
            /other/cam-8.ts?a=b
            #EXTINF:4.0,
            http://127.0.0.1:1001/live/cam-9.ts
            #EXTINF:4.0,
            https://cdn.example/cam-10.ts
            """;

    private final DefaultEventLoopGroup loops = new DefaultEventLoopGroup(3);
    private final AtomicLong nanos = new AtomicLong();
    private final Ticker ticker = nanos::get;
    private final TestOrigin origin = new TestOrigin();
    private final TestRouter router = new TestRouter(1001, 1002);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SessionTable sessions = Fixtures.sessionTable(InstantSource.system(), 1_000);
    private final Viewers viewers = new Viewers(sessions, ticker);
    private final ObjectCache cache =
            new ObjectCache(new CacheSettings(8 << 20, 1 << 20, 1_000), origin, new CacheMetrics(registry), ticker);
    private final DeliveryService service = new DeliveryService(delivery(cache), new HlsFormat(), 0);

    private Delivery delivery(ObjectCache objects) {
        return new Delivery(
                new Delivery.Parts(
                        new DeliverySettings(Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(1)),
                        router,
                        router.table(),
                        new RouteTokens(new ClusterToken("secret")),
                        objects,
                        viewers,
                        InstantSource.system()),
                ticker);
    }

    @AfterEach
    void stop() {
        cache.clear();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private TestExchange get(String target, String... headers) {
        return ask(HttpMethod.GET, target, "10.0.0.1", headers);
    }

    private TestExchange ask(HttpMethod method, String target, String ip, String... headers) {
        return new TestExchange(loops.next(), method, target, ip, headers).through(service);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private String firstSegment() {
        origin.next(asked -> asked.answer(200, M3U8, MEDIA));
        return "/live/"
                + get("/live/cam.m3u8")
                        .text()
                        .lines()
                        .filter(line -> line.startsWith("cam-7"))
                        .findFirst()
                        .orElseThrow();
    }

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
    void aPieceGoesToTheOriginOfItsPlaylistAlsoWhenTheStreamHasMoved() {
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
            Request request = get0(path + query);
            assertThat(service.claims(request)).as(path).isFalse();
            request = get0(path + query + "&app=live&name=cam");
            assertThat(service.claims(request)).as(path).isFalse();
        }
        assertThat(service.claims(get0("/live/cam-8.ts" + query))).isTrue();
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
        assertThat(service.claims(get0("/other/cam.bin?" + query))).isFalse();
        assertThat(service.claims(get0("/live/cam.bin?" + query))).isFalse();
    }

    @Test
    void leavesWhatMayBeAStreamOfHttpTsToOthers() {
        assertThat(service.claims(get0("/live/unknown.ts"))).isFalse();
        assertThat(service.claims(get0("/live/unknown1.ts"))).isFalse();
        assertThat(service.claims(get0("/live/unknown-1.ts"))).isTrue();
        assertThat(service.claims(get0("/live/unknown/1.ts"))).isTrue();
        assertThat(service.claims(get0("/live/unknown.flv"))).isFalse();
        assertThat(service.claims(get0("/live/unknown/1.m4s"))).isTrue();
        assertThat(service.claims(get0("/live/unknown.m3u8"))).isTrue();
    }

    private Request get0(String target) {
        return new TestExchange(loops.next(), HttpMethod.GET, target, "10.0.0.1").request();
    }

    @Test
    void fiveHundredViewersCostTheOriginOneFetchOfPlaylistAndPiece() {
        List<TestOrigin.Asked> held = new ArrayList<>();
        origin.next(held::add);
        List<TestExchange> all = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            all.add(ask(HttpMethod.GET, "/live/cam.m3u8", "10.0." + i / 250 + "." + i % 250));
        }
        await().atMost(SOON).until(() -> counted("joined") == 499);
        held.getFirst().answer(200, M3U8, MEDIA);
        List<String> texts = all.stream().map(TestExchange::text).distinct().toList();
        assertThat(texts).as("each his own").hasSize(500);
        assertThat(origin.asked).hasSize(1);
        assertThat(sessions.size()).isEqualTo(500);

        byte[] segment = new byte[300_000];
        new Random(1).nextBytes(segment);
        origin.next(asked -> asked.answer(200, "video/mp2t", segment));
        List<TestExchange> pieces = new ArrayList<>();
        for (String text : texts) {
            String uri = text.lines()
                    .filter(line -> line.startsWith("cam-7"))
                    .findFirst()
                    .orElseThrow();
            pieces.add(get("/live/" + uri));
        }
        pieces.forEach(piece -> assertThat(piece.bytes()).isEqualTo(segment));
        assertThat(origin.asked).hasSize(2);
        assertThat(sessions.sessions().stream().mapToLong(Session::bytesOut).sum())
                .isGreaterThan(500L * segment.length);
    }

    private double counted(String result) {
        return registry.get("millrace.http.cache.requests")
                .tag("result", result)
                .counter()
                .count();
    }

    @Test
    void aPlaylistIsKeptForHalfATargetDuration() {
        origin.usually(asked -> asked.answer(200, M3U8, MEDIA));
        get("/live/cam.m3u8").text();
        pass(Duration.ofMillis(1_900));
        get("/live/cam.m3u8").text();
        assertThat(origin.asked).hasSize(1);
        pass(Duration.ofMillis(200));
        get("/live/cam.m3u8").text();
        assertThat(origin.asked).hasSize(2);
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
        assertThat(sessions.size()).as("nobody watches what is not there").isZero();
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
    void whenNoOriginCanBeReachedTheViewerHearsOfIt() {
        origin.usually(asked -> asked.fail(new OriginFailure(Failure.REFUSED, "nothing listens there"), true));
        assertThat(get("/live/cam.m3u8").code()).isEqualTo(502);
        router.origins.clear();
        assertThat(get("/live/other.m3u8").code()).isEqualTo(503);
    }

    @Test
    void rangesHeadAndConditionsWorkOnAPiece() {
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
    void aKickedViewerStaysOutForAMinute() {
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
    void aViewerWhoAsksNoMoreIsGoneAfterAWhile() {
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
    void viewersShareOneSessionOfSrsAndGetANewOneWhenItEnded() {
        origin.usually(asked -> {
            String target = asked.ask.target();
            if (target.endsWith("hls_ctx=A") || target.endsWith("hls_ctx=C")) {
                String context = target.substring(target.length() - 1);
                asked.answer(200, M3U8, MEDIA.replace("cam-7.ts", "cam-7.ts?hls_ctx=" + context));
            } else {
                String next = target.contains("hls_ctx") ? "C" : "A";
                asked.answer(
                        200, M3U8, "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n/live/cam.m3u8?hls_ctx=" + next + "\n");
            }
        });
        String next = get("/live/cam.m3u8").text().lines().toList().getLast();
        assertThat(next).startsWith("/live/cam.m3u8?hls_ctx=A&mr=");
        assertThat(get(next).text()).contains("cam-7.ts?hls_ctx=A&mr=");
        // Another viewer whose session SRS has forgotten meanwhile.
        pass(Duration.ofMinutes(2));
        String text = get(next.replace("hls_ctx=A", "hls_ctx=B")).text();
        assertThat(text).contains("cam-7.ts?hls_ctx=C&mr=");
        assertThat(get(next).text()).as("shared").isEqualTo(text);
    }

    @Test
    void theTokenThatAuthorisesSplitsTheCacheAndAuthorizationIsNeverShared() {
        origin.usually(asked -> asked.answer(200, M3U8, MEDIA));
        get("/live/cam.m3u8?token=a").text();
        get("/live/cam.m3u8?token=b").text();
        assertThat(origin.asked).hasSize(2);
        for (int i = 0; i < 2; i++) {
            get("/live/cam.m3u8?token=a", "authorization", "Bearer x").text();
        }
        assertThat(origin.asked).hasSize(4);
        assertThat(origin.asked.getLast().ask.headers().get("authorization")).isEqualTo("Bearer x");
    }

    @Test
    void aWrongTokenGetsIntoNoSessionThatARightOneOpened() {
        origin.usually(asked -> {
            String target = asked.ask.target();
            if (!target.contains("token=right") && !target.contains("hls_ctx=A")) {
                asked.answer(403, "text/plain", "no");
            } else if (target.contains("hls_ctx=A")) {
                asked.answer(200, M3U8, MEDIA);
            } else {
                asked.answer(
                        200, M3U8, "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n/live/cam.m3u8?hls_ctx=A&token=right\n");
            }
        });
        assertThat(get("/live/cam.m3u8?hls_ctx=old&token=right").code()).isEqualTo(200);
        assertThat(origin.asked.getLast().ask.target()).contains("hls_ctx=A");
        for (String query : List.of("hls_ctx=old&token=wrong", "token=wrong&hls_ctx=old", "hls_ctx=old")) {
            assertThat(get("/live/cam.m3u8?" + query).code()).as(query).isEqualTo(403);
        }
        assertThat(get("/live/cam.m3u8?hls_ctx=other&token=right").code()).isEqualTo(200);
    }

    @Test
    void anOriginIsToldNothingOfAViewerWhoseAnswerOthersShare() {
        origin.usually(asked -> asked.answer(200, M3U8, MEDIA));
        String[] who = {
            "user-agent",
            "curl",
            "referer",
            "http://a/",
            "origin",
            "http://a",
            "accept-language",
            "de",
            "x-forwarded-for",
            "1.2.3.4"
        };
        get("/live/cam.m3u8", who).text();
        assertThat(origin.asked.getLast().ask.headers().names())
                .containsExactlyInAnyOrder(
                        "host", "accept-encoding", "x-forwarded-proto", "x-forwarded-host", "user-agent");
        assertThat(origin.asked.getLast().ask.headers().get("user-agent")).isEqualTo("Millrace");
        ask(HttpMethod.GET, "/live/cam.m3u8", "10.0.0.2", "user-agent", "other").text();
        assertThat(origin.asked).hasSize(1);
    }

    @Test
    void aVhostWhoseOriginsDecideByTheViewerSplitsTheCache() {
        router.publishTable(
                new ClusterSettings(2_000, 1_000, Map.of("*", Set.of(ClientTrait.ADDRESS), "none.example", Set.of())));
        origin.usually(asked -> asked.answer(200, M3U8, MEDIA));
        String[] forwarded = {"x-forwarded-for", "1.2.3.4", "x-forwarded-for", "5.6.7.8", "user-agent", "curl"};
        get("/live/cam.m3u8", forwarded).text();
        assertThat(origin.asked.getLast().ask.headers().getAll("x-forwarded-for"))
                .as("every line counts")
                .containsExactly("1.2.3.4, 5.6.7.8, 10.0.0.1");
        assertThat(origin.asked.getLast().ask.headers().get("user-agent")).isEqualTo("Millrace");
        get("/live/cam.m3u8", forwarded).text();
        assertThat(origin.asked).as("alike").hasSize(1);
        get("/live/cam.m3u8", "x-forwarded-for", "1.2.3.4").text();
        assertThat(origin.asked).as("another way here").hasSize(2);
        get("/live/cam.m3u8?vhost=none.example").text();
        ask(HttpMethod.GET, "/live/cam.m3u8?vhost=none.example", "10.0.0.9").text();
        assertThat(origin.asked).hasSize(3);
        assertThat(origin.asked.getLast().ask.headers().contains("x-forwarded-for"))
                .isFalse();
    }

    @Test
    void aPieceStreamsToAllWhileItFillsAndASlowOneHoldsNobodyBack() {
        String segment = firstSegment();
        List<TestOrigin.Asked> held = new ArrayList<>();
        origin.next(held::add);
        TestExchange fast = get(segment);
        TestExchange slow = new TestExchange(loops.next(), HttpMethod.GET, segment, "10.0.0.1")
                .slow(true)
                .through(service);
        await().atMost(SOON).until(() -> !held.isEmpty() && counted("joined") == 1);
        byte[] half = new byte[200_000];
        Arrays.fill(half, (byte) 1);
        held.getFirst().head(200).body(half);
        await().atMost(SOON).until(() -> fast.received() == half.length);
        TestExchange late = get(segment);
        await().atMost(SOON).until(() -> late.received() == half.length);
        assertThat(slow.received()).isZero();
        held.getFirst().body(half).end();
        assertThat(fast.bytes()).hasSize(400_000);
        assertThat(late.bytes()).hasSize(400_000);
        slow.slow(false);
        assertThat(slow.bytes()).hasSize(400_000);
        assertThat(origin.asked).hasSize(2);
    }

    @Test
    void theLastWhoLeavesEndsTheFetchAndNobodyElseDoes() {
        String segment = firstSegment();
        List<TestOrigin.Asked> held = new ArrayList<>();
        origin.next(held::add);
        TestExchange one = get(segment);
        TestExchange two = get(segment);
        await().atMost(SOON).until(() -> !held.isEmpty() && counted("joined") == 1);
        held.getFirst().head(200).body(new byte[1000]);
        await().atMost(SOON).until(() -> one.received() == 1000 && two.received() == 1000);
        one.hangUp();
        assertThat(one.outcome()).isEqualTo("gone");
        held.getFirst().body(new byte[1000]);
        await().atMost(SOON).until(() -> two.received() == 2000);
        two.hangUp();
        await().atMost(SOON).until(() -> held.getFirst().cancelled);
        origin.next(asked -> asked.answer(200, "video/mp2t", "again"));
        assertThat(get(segment).text()).isEqualTo("again");
        await().atMost(SOON)
                .until(() -> registry.get("millrace.http.cache.fetches").gauge().value() == 0);
    }

    @Test
    void anOriginThatBreaksOffIsSeenByAllWhoRead() {
        String segment = firstSegment();
        List<TestOrigin.Asked> held = new ArrayList<>();
        origin.next(held::add);
        TestExchange one = get(segment);
        await().atMost(SOON).until(() -> !held.isEmpty());
        held.getFirst().head(200).body(new byte[1000]);
        await().atMost(SOON).until(() -> one.received() == 1000);
        held.getFirst().fail(new OriginFailure(Failure.RESET, "gone"), false);
        assertThat(one.outcome()).isEqualTo("abort");
        assertThat(router.failed).isEmpty();
    }

    @Test
    void whatIsPrivateIsAskedByEachForHimself() {
        origin.usually(asked -> {
            String who = asked.ask.headers().get("x-real-ip", "nobody");
            asked.head(200, "content-type", "video/mp2t", "cache-control", "private")
                    .body(who.getBytes(StandardCharsets.UTF_8))
                    .end();
        });
        String segment = firstSegment();
        List<TestExchange> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(ask(HttpMethod.GET, segment, "10.0.0." + i));
        }
        for (int i = 0; i < 20; i++) {
            assertThat(all.get(i).text()).isEqualTo("10.0.0." + i);
        }
        assertThat(origin.asked)
                .as("the playlist, one for all, each for himself")
                .hasSizeGreaterThanOrEqualTo(22);
    }

    @Test
    void whatIsTooLargeToBeKeptPassesThroughWithinBounds() {
        String segment = firstSegment();
        List<TestOrigin.Asked> held = new ArrayList<>();
        origin.next(held::add);
        int chunk = 1 << 20;
        int chunks = 12;
        TestExchange slow = new TestExchange(loops.next(), HttpMethod.GET, segment, "10.0.0.1")
                .slow(true)
                .through(service);
        await().atMost(SOON).until(() -> !held.isEmpty());
        TestOrigin.Asked asked = held.getFirst();
        asked.head(200, "content-length", Integer.toString(chunk * chunks));
        for (int i = 0; i < 6; i++) {
            asked.body(new byte[chunk]);
        }
        await().atMost(SOON).until(() -> asked.paused);
        slow.slow(false);
        await().atMost(SOON).until(() -> slow.received() == 6L * chunk && !asked.paused);
        for (int i = 6; i < chunks; i++) {
            asked.body(new byte[chunk]);
        }
        asked.end();
        assertThat(slow.bytes()).hasSize(chunk * chunks);
        assertThat(registry.get("millrace.http.cache.filling.bytes").gauge().value())
                .isZero();
        origin.next(one ->
                one.head(206, "content-range", "bytes 5-6/99").body(new byte[2]).end());
        TestExchange range = get(segment, "range", "bytes=5-6");
        assertThat(range.code()).isEqualTo(206);
        assertThat(origin.asked.getLast().ask.headers().get("range")).isEqualTo("bytes=5-6");
    }

    @Test
    void keepsNoMoreThanItsBound() {
        origin.usually(asked -> asked.answer(200, "video/mp2t", new byte[900_000]));
        String token = firstSegment();
        String query = token.substring(token.indexOf('?'));
        for (int i = 0; i < 40; i++) {
            assertThat(get("/live/cam-" + i + ".ts" + query).bytes()).hasSize(900_000);
        }
        assertThat(registry.get("millrace.http.cache.bytes").gauge().value()).isBetween(4e6, 8.5e6);
        assertThat(registry.get("millrace.http.cache.evictions")
                        .tag("cause", "size")
                        .counter()
                        .count())
                .isGreaterThan(20);
    }

    @Test
    void clientsThatReadNothingAreRefusedAndThenEndedWhereMemoryIsShort() {
        origin.usually(asked -> asked.answer(200, "video/mp2t", new byte[900_000]));
        String token = firstSegment();
        String query = token.substring(token.indexOf('?'));
        int before = origin.asked.size();
        List<TestExchange> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            int begun = i + 1;
            TestExchange idle =
                    new TestExchange(loops.next(), HttpMethod.GET, "/live/cam-" + i + ".ts" + query, "10.0.0.1");
            all.add(idle.slow(true).through(service));
            await().atMost(SOON)
                    .until(() -> origin.asked.size() - before + counted("refused") == begun
                            && gauge("millrace.http.cache.fetches") == 0);
        }
        assertThat(counted("refused")).as("36 MB are asked for").isGreaterThan(10);
        assertThat(gauge("millrace.http.cache.filling.bytes")).isBetween(10e6, 14e6);

        await().atMost(SOON).until(() -> {
            pass(Duration.ofSeconds(2));
            return get("/live/cam-100.ts" + query).code() == 200;
        });
        assertThat(registry.get("millrace.http.cache.cut.off").counter().count())
                .isPositive();
        await().atMost(SOON).until(() -> gauge("millrace.http.cache.filling.bytes") < 10e6);
        all.forEach(TestExchange::hangUp);
        await().atMost(SOON).until(() -> gauge("millrace.http.cache.filling.bytes") == 0);
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    @Test
    void whoAsksForRandomQueriesDoesNotEvictWhatManyWatch() {
        origin.usually(asked -> asked.answer(200, "video/mp2t", new byte[900_000]));
        String segment = firstSegment();
        for (int i = 0; i < 50; i++) {
            assertThat(get(segment).bytes()).hasSize(900_000);
        }
        for (int i = 0; i < 300; i++) {
            assertThat(get(segment + "&random=" + i).bytes()).hasSize(900_000);
            if (i % 10 == 0) {
                assertThat(get(segment).bytes()).hasSize(900_000);
            }
        }
        assertThat(origin.asked.stream().filter(asked -> asked.ask.target().equals("/live/cam-7.ts")))
                .hasSize(1);
    }

    @Test
    void aPlaylistReloadThatWaitsAtTheOriginIsOneForAll() {
        List<TestOrigin.Asked> held = new ArrayList<>();
        origin.next(held::add);
        List<TestExchange> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            all.add(ask(HttpMethod.GET, "/live/cam.m3u8?_HLS_msn=9&_HLS_part=1", "10.0.0." + i));
        }
        await().atMost(SOON).until(() -> counted("joined") == 49);
        assertThat(held.getFirst().ask.quietLimit()).isGreaterThanOrEqualTo(Duration.ofSeconds(30));
        held.getFirst().answer(200, M3U8, MEDIA);
        all.forEach(one -> assertThat(one.code()).isEqualTo(200));
        assertThat(origin.asked).hasSize(1);
    }

    @Test
    void aNameThatIsNoStreamIsNotFound() {
        assertThat(get("/cam.m3u8").code()).isEqualTo(404);
        assertThat(origin.asked).isEmpty();
    }
}
