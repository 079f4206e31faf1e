package io.millrace.worker.wiring;

import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.routing.resolve.Router;
import io.millrace.worker.rtmp.RtmpSettings;
import io.millrace.worker.rtmp.relay.RtmpContext;
import io.millrace.worker.telemetry.OriginMetrics;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** What RTMP sessions share, whether they come with TLS or without. */
@Singleton
class RtmpBeans {

    @Produces
    @Singleton
    RtmpContext context(
            RtmpSettings settings,
            EventLoops loops,
            SessionTable sessions,
            Router router,
            OriginMetrics originMetrics,
            InstantSource clock,
            RandomGenerator random) {
        return new RtmpContext(settings, loops, sessions, router, originMetrics, clock, random);
    }
}
