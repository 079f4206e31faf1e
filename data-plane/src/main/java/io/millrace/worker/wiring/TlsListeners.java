package io.millrace.worker.wiring;

import io.millrace.model.tls.BadCertificateException;
import io.millrace.worker.admin.Drain;
import io.millrace.worker.admin.ListenerBoard;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.http.listen.HttpConnections;
import io.millrace.worker.http.listen.HttpListener;
import io.millrace.worker.http.listen.SecureConnections;
import io.millrace.worker.net.accept.ConnectionListener;
import io.millrace.worker.net.tls.TlsCertificates;
import io.millrace.worker.net.tls.TlsSettings;
import io.millrace.worker.rtmp.relay.RtmpContext;
import io.millrace.worker.rtmp.relay.RtmpListener;
import io.millrace.worker.rtsp.relay.RtspContext;
import io.millrace.worker.rtsp.relay.RtspListener;
import io.millrace.worker.settings.BadSettingsException;
import io.millrace.worker.settings.ListenerAddress;
import io.millrace.worker.telemetry.CertificateMetrics;
import io.millrace.worker.telemetry.TimeOfDay;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Opens the listeners behind TLS that are set, with the certificates for them. */
@Singleton
class TlsListeners {

    private static final Logger LOG = Logger.getLogger(TlsListeners.class);

    private static final String HTTPS = "https";
    private static final String RTMPS = "rtmps";
    private static final String RTSPS = "rtsps";

    private final TlsSettings settings;
    private final HttpParts http;
    private final RtmpContext rtmp;
    private final RtspContext rtsp;
    private final CertificateMetrics metrics;
    private final TimeOfDay clock;
    private final ListenerBoard board;
    private final Drain drain;
    private @Nullable TlsCertificates certificates;

    TlsListeners(
            TlsSettings settings,
            HttpParts http,
            RtmpContext rtmp,
            RtspContext rtsp,
            CertificateMetrics metrics,
            TimeOfDay clock,
            ListenerBoard board,
            Drain drain) {
        this.settings = settings;
        this.http = http;
        this.rtmp = rtmp;
        this.rtsp = rtsp;
        this.metrics = metrics;
        this.clock = clock;
        this.board = board;
        this.drain = drain;
        settings.https().ifPresent(address -> board.expect(HTTPS));
        settings.rtmps().ifPresent(address -> board.expect(RTMPS));
        settings.rtsps().ifPresent(address -> board.expect(RTSPS));
    }

    /** What plain HTTP has, and HTTPS shares with it. */
    @Singleton
    static class HttpParts {

        private final HttpConnections media;
        private final ConnectionListener.Entrance entrance;
        private final SessionTable sessions;

        HttpParts(
                @Named("media") HttpConnections media,
                @Named("http") ConnectionListener.Entrance entrance,
                SessionTable sessions) {
            this.media = media;
            this.entrance = entrance;
            this.sessions = sessions;
        }
    }

    void open(@Observes StartupEvent event) {
        if (settings.https().isEmpty()
                && settings.rtmps().isEmpty()
                && settings.rtsps().isEmpty()) {
            return;
        }
        TlsCertificates opened = certificates();
        certificates = opened;
        settings.https().ifPresent(address -> https(opened, address));
        settings.rtmps().ifPresent(address -> rtmps(opened, address));
        settings.rtsps().ifPresent(address -> rtsps(opened, address));
    }

    private TlsCertificates certificates() {
        try {
            return TlsCertificates.open(settings, clock, metrics::show);
        } catch (BadCertificateException e) {
            throw new BadSettingsException(List.of(
                    (e.isOfKey() ? "MILLRACE_TLS_KEY" : "MILLRACE_TLS_CERTIFICATE") + " cannot be used: " + e.line()));
        }
    }

    private void https(TlsCertificates opened, ListenerAddress address) {
        SecureConnections connections = new SecureConnections(opened, http.media, http.sessions);
        try {
            HttpListener listener = HttpListener.open(rtmp.loops(), address, http.entrance, connections::begin);
            isUp(HTTPS, listener.boundTo(), () -> {
                listener.close();
                http.media.leave();
            });
        } catch (IOException e) {
            throw BadSettingsException.cannotOpen("MILLRACE_HTTPS_SERVER", address, e);
        }
    }

    private void rtmps(TlsCertificates opened, ListenerAddress address) {
        try {
            ConnectionListener listener = RtmpListener.open(rtmp, address, opened);
            isUp(RTMPS, listener.boundTo(), listener::close);
        } catch (IOException e) {
            throw BadSettingsException.cannotOpen("MILLRACE_RTMPS_SERVER", address, e);
        }
    }

    private void rtsps(TlsCertificates opened, ListenerAddress address) {
        try {
            ConnectionListener listener = RtspListener.open(rtsp, address, opened);
            isUp(RTSPS, listener.boundTo(), listener::close);
        } catch (IOException e) {
            throw BadSettingsException.cannotOpen("MILLRACE_RTSPS_SERVER", address, e);
        }
    }

    private void isUp(String name, InetSocketAddress boundTo, Runnable stopAccepting) {
        board.up(name, boundTo);
        LOG.infof("listening protocol=%s address=%s", name, board.allBound().get(name));
        drain.onBegin(name, () -> {
            stopAccepting.run();
            board.down(name);
        });
    }

    void close(@Observes ShutdownEvent event) {
        if (certificates != null) {
            certificates.close();
        }
    }
}
