package io.millrace.worker.rtsp.relay;

import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.routing.resolve.Router;
import io.millrace.worker.rtsp.RtspSettings;
import io.millrace.worker.telemetry.OriginMetrics;
import java.time.InstantSource;

/** What every RTSP session of this worker shares. */
public record RtspContext(
        RtspSettings settings,
        EventLoops loops,
        SessionTable sessions,
        Router router,
        OriginMetrics originMetrics,
        PortPairs ports,
        DatagramMetrics datagrams,
        InstantSource clock) {}
