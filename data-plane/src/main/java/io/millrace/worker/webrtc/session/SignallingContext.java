package io.millrace.worker.webrtc.session;

import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.http.origin.OriginHttp;
import io.millrace.worker.routing.resolve.Router;
import io.millrace.worker.routing.table.CurrentTable;
import io.millrace.worker.telemetry.OriginMetrics;
import io.millrace.worker.webrtc.RouteUfrags;
import io.millrace.worker.webrtc.WebRtcSettings;
import io.millrace.worker.webrtc.announce.WorkerCandidates;
import java.time.InstantSource;

/** What all signalling shares. */
public record SignallingContext(
        WebRtcSettings settings,
        Router router,
        CurrentTable table,
        OriginHttp http,
        RouteUfrags ufrags,
        ResourceTokens tokens,
        MediaRoutes routes,
        WorkerCandidates candidates,
        SignallingAdmission admission,
        SessionTable sessions,
        OriginMetrics originMetrics,
        InstantSource clock) {}
