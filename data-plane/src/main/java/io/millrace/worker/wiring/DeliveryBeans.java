package io.millrace.worker.wiring;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.model.settings.ClusterToken;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.dash.DashFormat;
import io.millrace.worker.hls.HlsFormat;
import io.millrace.worker.http.HttpService;
import io.millrace.worker.http.cache.CacheMetrics;
import io.millrace.worker.http.cache.CacheSettings;
import io.millrace.worker.http.cache.ObjectCache;
import io.millrace.worker.http.delivery.Delivery;
import io.millrace.worker.http.delivery.DeliveryService;
import io.millrace.worker.http.delivery.DeliverySettings;
import io.millrace.worker.http.delivery.Viewers;
import io.millrace.worker.http.origin.OriginHttp;
import io.millrace.worker.http.origin.OriginHttpSettings;
import io.millrace.worker.http.origin.PooledOriginHttp;
import io.millrace.worker.http.route.RouteTokens;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.routing.resolve.Router;
import io.millrace.worker.routing.table.CurrentTable;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Builds what HTTP services share on their way to origins. */
@Singleton
class DeliveryBeans {

    private final Viewers viewers;
    private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("viewer-sweep").unstarted(task));

    DeliveryBeans(SessionTable sessions) {
        viewers = new Viewers(sessions, Ticker.systemTicker());
    }

    @Produces
    @Singleton
    OriginHttp originHttp(OriginHttpSettings settings, EventLoops loops) {
        return new PooledOriginHttp(settings, loops::client);
    }

    @Produces
    @Singleton
    RouteTokens routeTokens(ClusterToken token) {
        return new RouteTokens(token);
    }

    @Produces
    @Singleton
    ObjectCache objectCache(CacheSettings settings, OriginHttp http, MeterRegistry registry) {
        return new ObjectCache(settings, http, new CacheMetrics(registry), Ticker.systemTicker());
    }

    @Produces
    @Singleton
    Delivery delivery(
            DeliverySettings settings,
            Router router,
            CurrentTable table,
            RouteTokens tokens,
            ObjectCache cache,
            InstantSource clock) {
        return new Delivery(
                new Delivery.Parts(settings, router, table, tokens, cache, viewers, clock), Ticker.systemTicker());
    }

    /** Asked before HLS, which takes the segments of which nothing is known. */
    @Produces
    @Singleton
    HttpService dash(Delivery delivery) {
        return new DeliveryService(delivery, new DashFormat(), 40);
    }

    /** Asked before HTTP-TS, which takes every {@code .ts} that is no segment. */
    @Produces
    @Singleton
    HttpService hls(Delivery delivery) {
        return new DeliveryService(delivery, new HlsFormat(), 50);
    }

    void start(@Observes StartupEvent event) {
        var _ = sweeper.scheduleAtFixedRate(viewers::sweep, 1, 1, TimeUnit.SECONDS);
    }

    void stop(@Observes ShutdownEvent event) {
        sweeper.shutdownNow();
    }
}
