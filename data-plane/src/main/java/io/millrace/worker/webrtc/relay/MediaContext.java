package io.millrace.worker.webrtc.relay;

import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.routing.client.MediaRouteBook;
import io.millrace.worker.routing.resolve.Router;
import io.millrace.worker.routing.table.CurrentTable;
import io.millrace.worker.webrtc.ResourceEnder;
import io.millrace.worker.webrtc.RouteUfrags;
import io.millrace.worker.webrtc.WebRtcSettings;
import java.time.InstantSource;

/** What all sessions of the relay share. */
public record MediaContext(
        WebRtcSettings settings,
        EventLoops loops,
        SessionTable sessions,
        Router router,
        CurrentTable table,
        MediaRouteBook book,
        RouteUfrags ufrags,
        ResourceEnder ender,
        RelayMetrics metrics,
        InstantSource clock) {}
