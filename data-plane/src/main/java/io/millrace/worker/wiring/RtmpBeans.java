package io.millrace.worker.wiring;

import io.millrace.model.Protocol;
import io.millrace.worker.admin.Drain;
import io.millrace.worker.admin.ListenerBoard;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.net.accept.ConnectionListener;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.routing.resolve.Router;
import io.millrace.worker.rtmp.RtmpSettings;
import io.millrace.worker.rtmp.relay.RtmpContext;
import io.millrace.worker.rtmp.relay.RtmpListener;
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

/** What RTMP sessions share, whether they come with TLS or without; opens the listener without TLS when the worker starts. */
@Singleton
class RtmpBeans {

    private static final Logger LOG = Logger.getLogger(RtmpBeans.class);

    private final RtmpContext context;
    private final ListenerBoard board;
    private final Drain drain;

    RtmpBeans(
            RtmpSettings settings,
            EventLoops loops,
            SessionTable sessions,
            Router router,
            OriginMetrics originMetrics,
            InstantSource clock,
            RandomGenerator random,
            ListenerBoard board,
            Drain drain) {
        this.context = new RtmpContext(settings, loops, sessions, router, originMetrics, clock, random);
        this.board = board;
        this.drain = drain;
        board.expect(Protocol.RTMP);
    }

    @Produces
    @Singleton
    RtmpContext context() {
        return context;
    }

    void open(@Observes StartupEvent event) {
        try {
            ConnectionListener listener = RtmpListener.open(context);
            board.up(Protocol.RTMP, listener.boundTo());
            drain.onBegin("rtmp", () -> {
                listener.close();
                board.down(Protocol.RTMP);
            });
            LOG.infof(
                    "listening protocol=rtmp address=%s transport=%s",
                    board.bound().get(Protocol.RTMP), context.loops().isNative() ? "epoll" : "nio");
        } catch (IOException e) {
            throw BadSettingsException.cannotOpen(
                    "PROXY_RTMP_SERVER", context.settings().listen(), e);
        }
    }
}
