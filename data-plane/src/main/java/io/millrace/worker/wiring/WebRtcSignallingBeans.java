package io.millrace.worker.wiring;

import io.millrace.model.settings.ClusterToken;
import io.millrace.worker.admin.Drain;
import io.millrace.worker.admin.ListenerBoard;
import io.millrace.worker.admin.sessions.SessionLimits;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.http.HttpService;
import io.millrace.worker.http.origin.OriginHttp;
import io.millrace.worker.routing.client.AlternativeWorkers;
import io.millrace.worker.routing.client.MediaRouteBook;
import io.millrace.worker.routing.resolve.Router;
import io.millrace.worker.routing.table.CurrentTable;
import io.millrace.worker.settings.WorkerSettings;
import io.millrace.worker.telemetry.OriginMetrics;
import io.millrace.worker.webrtc.RouteUfrags;
import io.millrace.worker.webrtc.SignalledSessions;
import io.millrace.worker.webrtc.WebRtcSettings;
import io.millrace.worker.webrtc.announce.ApiHint;
import io.millrace.worker.webrtc.announce.SiteAddresses;
import io.millrace.worker.webrtc.announce.WorkerCandidates;
import io.millrace.worker.webrtc.session.MediaRoutes;
import io.millrace.worker.webrtc.session.ResourceTokens;
import io.millrace.worker.webrtc.session.SignallingAdmission;
import io.millrace.worker.webrtc.session.SignallingContext;
import io.millrace.worker.webrtc.session.srs.SrsRtcService;
import io.millrace.worker.webrtc.session.whip.WhipService;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;

/** Builds the signalling of WebRTC. */
@Singleton
class WebRtcSignallingBeans {

    /** Clients that are about to send media do not wait long for the control plane either. */
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    @Produces
    @Singleton
    MediaRoutes mediaRoutes(MediaRouteBook book, SignalledSessions signalled) {
        return new MediaRoutes(book, signalled, TIMEOUT);
    }

    @Produces
    @Singleton
    WorkerCandidates workerCandidates(WebRtcSettings settings, ListenerBoard board, InstantSource clock) {
        return new WorkerCandidates(settings, board, new SiteAddresses(SiteAddresses::ofInterfaces, clock));
    }

    @Produces
    @Singleton
    SignallingAdmission admission(
            Drain drain, AlternativeWorkers alternatives, SessionTable sessions, SessionLimits limits) {
        return new SignallingAdmission(drain::isDraining, alternatives, sessions, limits, TIMEOUT);
    }

    @Produces
    @Singleton
    SignallingContext signallingContext(
            WebRtcSettings settings,
            Router router,
            CurrentTable table,
            OriginHttp http,
            RouteUfrags ufrags,
            ClusterToken token,
            MediaRoutes routes,
            WorkerCandidates candidates,
            SignallingAdmission admission,
            SessionTable sessions,
            OriginMetrics originMetrics,
            InstantSource clock) {
        return new SignallingContext(
                settings,
                router,
                table,
                http,
                ufrags,
                new ResourceTokens(token),
                routes,
                candidates,
                admission,
                sessions,
                originMetrics,
                clock);
    }

    @Produces
    @Singleton
    HttpService whip(SignallingContext context) {
        return new WhipService(context);
    }

    @Produces
    @Singleton
    HttpService srsRtc(SignallingContext context) {
        return new SrsRtcService(context);
    }

    @Produces
    @Singleton
    HttpService apiHint(WorkerSettings settings, ListenerBoard board) {
        return new ApiHint(settings.apiUrl(), board);
    }
}
