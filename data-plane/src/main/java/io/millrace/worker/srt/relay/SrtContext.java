package io.millrace.worker.srt.relay;

import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.routing.resolve.Router;
import io.millrace.worker.srt.SrtSettings;
import io.millrace.worker.srt.session.SynCookies;
import io.millrace.worker.telemetry.OriginMetrics;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** What every SRT session of this worker shares. */
public record SrtContext(
        SrtSettings settings,
        EventLoops loops,
        SessionTable sessions,
        Router router,
        OriginMetrics originMetrics,
        SynCookies cookies,
        SrtDrops drops,
        InstantSource clock,
        RandomGenerator random) {}
