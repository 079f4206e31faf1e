package io.millrace.worker;

import io.millrace.model.Protocol;
import io.millrace.worker.admin.Drain;
import io.millrace.worker.admin.ListenerBoard;
import io.millrace.worker.admin.SessionTable;
import io.millrace.worker.net.EventLoops;
import io.millrace.worker.routing.Router;
import io.millrace.worker.rtmp.RtmpSettings;
import io.millrace.worker.rtmp.relay.RtmpContext;
import io.millrace.worker.rtmp.relay.RtmpListener;
import io.millrace.worker.settings.BadSettingsException;
import io.millrace.worker.telemetry.OriginMetrics;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/** Opens the listener for RTMP when the worker starts, and stops the event loops when it ends. */
@Singleton
class MediaListeners {

    private static final Logger LOG = Logger.getLogger(MediaListeners.class);

    private final RtmpSettings rtmp;
    private final SessionTable sessions;
    private final Router router;
    private final OriginMetrics originMetrics;
    private final ListenerBoard board;
    private final Drain drain;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final EventLoops loops;

    MediaListeners(
            RtmpSettings rtmp,
            EventLoops loops,
            SessionTable sessions,
            Router router,
            OriginMetrics originMetrics,
            ListenerBoard board,
            Drain drain,
            InstantSource clock,
            RandomGenerator random) {
        this.rtmp = rtmp;
        this.loops = loops;
        this.sessions = sessions;
        this.router = router;
        this.originMetrics = originMetrics;
        this.board = board;
        this.drain = drain;
        this.clock = clock;
        this.random = random;
        board.expect(Protocol.RTMP);
    }

    void open(@Observes StartupEvent event) {
        RtmpContext context = new RtmpContext(rtmp, loops, sessions, router, originMetrics, clock, random);
        try {
            RtmpListener listener = RtmpListener.open(context);
            board.up(Protocol.RTMP, listener.boundTo());
            drain.onBegin("rtmp", () -> {
                listener.close();
                board.down(Protocol.RTMP);
            });
            LOG.infof(
                    "listening protocol=rtmp address=%s transport=%s",
                    board.bound().get(Protocol.RTMP), loops.isNative() ? "epoll" : "nio");
        } catch (IOException e) {
            throw new BadSettingsException(
                    List.of("PROXY_RTMP_SERVER is '" + rtmp.listen() + "'; it cannot be opened: " + e.getMessage()));
        }
    }

    void close(@Observes ShutdownEvent event) {
        loops.close();
    }
}
