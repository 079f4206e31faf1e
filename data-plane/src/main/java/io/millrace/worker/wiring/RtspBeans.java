package io.millrace.worker.wiring;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.model.Protocol;
import io.millrace.worker.admin.Drain;
import io.millrace.worker.admin.ListenerBoard;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.net.accept.ConnectionListener;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.routing.resolve.Router;
import io.millrace.worker.rtsp.RtspSettings;
import io.millrace.worker.rtsp.relay.DatagramMetrics;
import io.millrace.worker.rtsp.relay.PortPairs;
import io.millrace.worker.rtsp.relay.RtspContext;
import io.millrace.worker.rtsp.relay.RtspListener;
import io.millrace.worker.settings.BadSettingsException;
import io.millrace.worker.telemetry.OriginMetrics;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/** What RTSP sessions share, whether they come with TLS or without; opens the listener without TLS when the worker starts. */
@Singleton
class RtspBeans {

    private static final Logger LOG = Logger.getLogger(RtspBeans.class);

    private final RtspContext context;
    private final ListenerBoard board;
    private final Drain drain;

    RtspBeans(
            RtspSettings settings,
            EventLoops loops,
            SessionTable sessions,
            Router router,
            OriginMetrics originMetrics,
            MeterRegistry registry,
            InstantSource clock,
            RandomGenerator random,
            ListenerBoard board,
            Drain drain) {
        PortPairs ports = new PortPairs(settings.udpPorts(), random);
        this.context = new RtspContext(
                settings, loops, sessions, router, originMetrics, ports, new DatagramMetrics(registry, ports), clock);
        this.board = board;
        this.drain = drain;
        board.expect(Protocol.RTSP);
    }

    @Produces
    @Singleton
    RtspContext context() {
        return context;
    }

    void open(@Observes StartupEvent event) {
        try {
            ConnectionListener listener = RtspListener.open(context);
            board.up(Protocol.RTSP, listener.boundTo());
            drain.onBegin("rtsp", () -> {
                listener.close();
                board.down(Protocol.RTSP);
            });
            LOG.infof("listening protocol=rtsp address=%s", board.bound().get(Protocol.RTSP));
        } catch (IOException e) {
            throw BadSettingsException.cannotOpen(
                    "MILLRACE_RTSP_SERVER", context.settings().listen(), e);
        }
    }
}
