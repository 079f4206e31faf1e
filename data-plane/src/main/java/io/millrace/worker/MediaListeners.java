package io.millrace.worker;

import io.millrace.model.Protocol;
import io.millrace.worker.admin.Drain;
import io.millrace.worker.admin.ListenerBoard;
import io.millrace.worker.admin.SessionTable;
import io.millrace.worker.net.EventLoops;
import io.millrace.worker.net.LoopTicker;
import io.millrace.worker.routing.Router;
import io.millrace.worker.rtmp.RtmpSettings;
import io.millrace.worker.rtmp.relay.RtmpContext;
import io.millrace.worker.rtmp.relay.RtmpListener;
import io.millrace.worker.settings.BadSettingsException;
import io.millrace.worker.settings.WorkerSettings;
import io.millrace.worker.telemetry.LoopWatch;
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
import org.jspecify.annotations.Nullable;

/** Opens the listeners for media when the worker starts, and the event loops under them. */
@Singleton
class MediaListeners {

    private static final Logger LOG = Logger.getLogger(MediaListeners.class);

    private final WorkerSettings worker;
    private final RtmpSettings rtmp;
    private final SessionTable sessions;
    private final Router router;
    private final OriginMetrics originMetrics;
    private final LoopWatch loopWatch;
    private final ListenerBoard board;
    private final Drain drain;
    private final InstantSource clock;
    private final RandomGenerator random;
    private @Nullable EventLoops loops;

    MediaListeners(
            WorkerSettings worker,
            RtmpSettings rtmp,
            SessionTable sessions,
            Router router,
            OriginMetrics originMetrics,
            LoopWatch loopWatch,
            ListenerBoard board,
            Drain drain,
            InstantSource clock,
            RandomGenerator random) {
        this.worker = worker;
        this.rtmp = rtmp;
        this.sessions = sessions;
        this.router = router;
        this.originMetrics = originMetrics;
        this.loopWatch = loopWatch;
        this.board = board;
        this.drain = drain;
        this.clock = clock;
        this.random = random;
        board.expect(Protocol.RTMP);
    }

    void open(@Observes StartupEvent event) {
        EventLoops opened = new EventLoops(worker.eventLoops());
        loops = opened;
        opened.eachTicker((LoopTicker ticker) ->
                loopWatch.register(ticker::lagMillis, () -> ticker.load().busy()));
        RtmpContext context = new RtmpContext(rtmp, opened, sessions, router, originMetrics, clock, random);
        try {
            RtmpListener listener = RtmpListener.open(context);
            board.up(Protocol.RTMP, listener.boundTo());
            drain.onBegin("rtmp", () -> {
                listener.close();
                board.down(Protocol.RTMP);
            });
            LOG.infof(
                    "listening protocol=rtmp address=%s transport=%s",
                    board.bound().get(Protocol.RTMP), opened.isNative() ? "epoll" : "nio");
        } catch (IOException e) {
            throw new BadSettingsException(
                    List.of("PROXY_RTMP_SERVER is '" + rtmp.listen() + "'; it cannot be opened: " + e.getMessage()));
        }
    }

    void close(@Observes ShutdownEvent event) {
        if (loops != null) {
            loops.close();
        }
    }
}
