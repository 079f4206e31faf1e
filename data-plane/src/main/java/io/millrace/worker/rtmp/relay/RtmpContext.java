package io.millrace.worker.rtmp.relay;

import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.routing.resolve.Router;
import io.millrace.worker.rtmp.RtmpSettings;
import io.millrace.worker.telemetry.OriginMetrics;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** What every RTMP session of this worker shares. */
public record RtmpContext(
        RtmpSettings settings,
        EventLoops loops,
        SessionTable sessions,
        Router router,
        OriginMetrics originMetrics,
        InstantSource clock,
        RandomGenerator random) {}
