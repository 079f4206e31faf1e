package io.millrace.worker.flv.relay;

import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.http.HttpSettings;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.routing.resolve.Router;
import io.millrace.worker.telemetry.OriginMetrics;
import java.time.InstantSource;

/** What all viewers share. */
public record FlvContext(
        HttpSettings settings,
        EventLoops loops,
        SessionTable sessions,
        Router router,
        OriginMetrics originMetrics,
        InstantSource clock) {}
