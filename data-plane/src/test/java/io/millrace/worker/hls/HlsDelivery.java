package io.millrace.worker.hls;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.settings.ClusterToken;
import io.millrace.worker.admin.sessions.Fixtures;
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
import io.millrace.worker.http.route.RouteTokens;
import io.millrace.worker.routing.resolve.TestRouter;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.handler.codec.http.HttpMethod;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;

/** Delivery of HLS with a fake origin, router and clock. */
abstract class HlsDelivery {

    static final Duration SOON = Duration.ofSeconds(10);
    static final String M3U8 = "application/vnd.apple.mpegurl";
    static final String MEDIA = """
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

    final DefaultEventLoopGroup loops = new DefaultEventLoopGroup(3);
    final AtomicLong nanos = new AtomicLong();
    final Ticker ticker = nanos::get;
    final TestOrigin origin = new TestOrigin();
    final TestRouter router = new TestRouter(1001, 1002);
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final SessionTable sessions = Fixtures.sessionTable(InstantSource.system(), 1_000);
    final Viewers viewers = new Viewers(sessions, ticker);
    final ObjectCache cache =
            new ObjectCache(new CacheSettings(8 << 20, 1 << 20, 1_000), origin, new CacheMetrics(registry), ticker);
    final DeliveryService service = new DeliveryService(delivery(cache), new HlsFormat(), 0);

    Delivery delivery(ObjectCache objects) {
        return new Delivery(
                new Delivery.Parts(
                        new DeliverySettings(Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(1)),
                        router,
                        router.table(),
                        new RouteTokens(ClusterToken.of("secret-0123456789abcdef-0123456789")),
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

    TestExchange get(String target, String... headers) {
        return ask(HttpMethod.GET, target, "10.0.0.1", headers);
    }

    TestExchange ask(HttpMethod method, String target, String ip, String... headers) {
        return new TestExchange(loops.next(), method, target, ip, headers).through(service);
    }

    void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    String firstSegment() {
        origin.next(asked -> asked.answer(200, M3U8, MEDIA));
        return "/live/"
                + get("/live/cam.m3u8")
                        .text()
                        .lines()
                        .filter(line -> line.startsWith("cam-7"))
                        .findFirst()
                        .orElseThrow();
    }

    Request request(String target) {
        return new TestExchange(loops.next(), HttpMethod.GET, target, "10.0.0.1").request();
    }

    double counted(String result) {
        return registry.get("millrace.http.cache.requests")
                .tag("result", result)
                .counter()
                .count();
    }

    double gauge(String name) {
        return registry.get(name).gauge().value();
    }
}
