package io.millrace.worker.wiring;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.routing.resolve.Router;
import io.millrace.worker.rtsp.RtspSettings;
import io.millrace.worker.rtsp.relay.DatagramMetrics;
import io.millrace.worker.rtsp.relay.PortPairs;
import io.millrace.worker.rtsp.relay.RtspContext;
import io.millrace.worker.telemetry.OriginMetrics;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** What RTSP sessions share, whether they come with TLS or without. */
@Singleton
class RtspBeans {

    @Produces
    @Singleton
    RtspContext context(
            RtspSettings settings,
            EventLoops loops,
            SessionTable sessions,
            Router router,
            OriginMetrics originMetrics,
            MeterRegistry registry,
            InstantSource clock,
            RandomGenerator random) {
        PortPairs ports = new PortPairs(settings.udpPorts(), random);
        return new RtspContext(
                settings, loops, sessions, router, originMetrics, ports, new DatagramMetrics(registry, ports), clock);
    }
}
