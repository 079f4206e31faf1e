package io.millrace.worker.wiring;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.model.Protocol;
import io.millrace.model.settings.ClusterToken;
import io.millrace.worker.admin.Drain;
import io.millrace.worker.admin.ListenerBoard;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.routing.resolve.Router;
import io.millrace.worker.settings.BadSettingsException;
import io.millrace.worker.srt.SrtSettings;
import io.millrace.worker.srt.relay.SrtContext;
import io.millrace.worker.srt.relay.SrtDrops;
import io.millrace.worker.srt.relay.SrtListener;
import io.millrace.worker.srt.session.SynCookies;
import io.millrace.worker.telemetry.OriginMetrics;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/**
 * Opens the listener for SRT when the worker starts. Sessions go on by the listener's own sockets, so a drain does not close them:
 * they end with the event loops.
 */
@Singleton
class SrtBeans {

    private static final Logger LOG = Logger.getLogger(SrtBeans.class);

    private final SrtContext context;
    private final ListenerBoard board;
    private final Drain drain;

    SrtBeans(
            SrtSettings settings,
            EventLoops loops,
            SessionTable sessions,
            Router router,
            OriginMetrics originMetrics,
            ClusterToken token,
            MeterRegistry registry,
            InstantSource clock,
            RandomGenerator random,
            ListenerBoard board,
            Drain drain) {
        this.context = new SrtContext(
                settings,
                loops,
                sessions,
                router,
                originMetrics,
                new SynCookies(token, clock),
                new SrtDrops(registry),
                clock,
                random);
        this.board = board;
        this.drain = drain;
        board.expect(Protocol.SRT);
    }

    void open(@Observes StartupEvent event) {
        try {
            SrtListener listener = SrtListener.open(context);
            board.up(Protocol.SRT, listener.boundTo());
            // Callers are refused by the session table from now on; balancers see the listener as down.
            drain.onBegin("srt", () -> board.down(Protocol.SRT));
            LOG.infof("listening protocol=srt address=%s", board.bound().get(Protocol.SRT));
        } catch (IOException e) {
            throw BadSettingsException.cannotOpen(
                    "PROXY_SRT_SERVER", context.settings().listen(), e);
        }
    }
}
