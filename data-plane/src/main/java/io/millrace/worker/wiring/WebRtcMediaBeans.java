package io.millrace.worker.wiring;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.model.settings.ClusterToken;
import io.millrace.model.settings.OriginCredentials;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.http.origin.OriginHttp;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.routing.client.MediaRouteBook;
import io.millrace.worker.routing.resolve.Router;
import io.millrace.worker.routing.table.CurrentTable;
import io.millrace.worker.webrtc.RouteUfrags;
import io.millrace.worker.webrtc.WebRtcSettings;
import io.millrace.worker.webrtc.relay.MediaContext;
import io.millrace.worker.webrtc.relay.MediaRelay;
import io.millrace.worker.webrtc.relay.RelayMetrics;
import io.millrace.worker.webrtc.session.HttpResourceEnder;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** What relays WebRTC's media; signalling knows it as {@link io.millrace.worker.webrtc.SignalledSessions}. */
@Singleton
class WebRtcMediaBeans {

    @Produces
    @Singleton
    RouteUfrags routeUfrags(ClusterToken token, CurrentTable table, RandomGenerator random) {
        return new RouteUfrags(token, table, random);
    }

    /** Where the relay leads to and what it asks there. */
    @Singleton
    static class Ways {

        private final Router router;
        private final CurrentTable table;
        private final MediaRouteBook book;
        private final RouteUfrags ufrags;
        private final OriginHttp http;
        private final OriginCredentials credentials;

        Ways(
                Router router,
                CurrentTable table,
                MediaRouteBook book,
                RouteUfrags ufrags,
                OriginHttp http,
                OriginCredentials credentials) {
            this.router = router;
            this.table = table;
            this.book = book;
            this.ufrags = ufrags;
            this.http = http;
            this.credentials = credentials;
        }
    }

    @Produces
    @Singleton
    MediaRelay mediaRelay(
            WebRtcSettings settings,
            EventLoops loops,
            SessionTable sessions,
            Ways ways,
            MeterRegistry registry,
            InstantSource clock) {
        return new MediaRelay(new MediaContext(
                settings,
                loops,
                sessions,
                ways.router,
                ways.table,
                ways.book,
                ways.ufrags,
                new HttpResourceEnder(ways.http, ways.credentials, settings.originAnswerTimeout()),
                new RelayMetrics(registry),
                clock));
    }
}
