package io.millrace.worker.wiring;

import io.millrace.model.Protocol;
import io.millrace.worker.admin.Drain;
import io.millrace.worker.admin.ListenerBoard;
import io.millrace.worker.net.accept.ConnectionListener;
import io.millrace.worker.rtmp.relay.RtmpContext;
import io.millrace.worker.rtmp.relay.RtmpListener;
import io.millrace.worker.settings.BadSettingsException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import org.jboss.logging.Logger;

/** Opens the listener for RTMP when the worker starts, and stops the event loops when it ends. */
@Singleton
class MediaListeners {

    private static final Logger LOG = Logger.getLogger(MediaListeners.class);

    private final RtmpContext context;
    private final ListenerBoard board;
    private final Drain drain;

    MediaListeners(RtmpContext context, ListenerBoard board, Drain drain) {
        this.context = context;
        this.board = board;
        this.drain = drain;
        board.expect(Protocol.RTMP);
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
            throw new BadSettingsException(List.of("PROXY_RTMP_SERVER is '"
                    + context.settings().listen() + "'; it cannot be opened: " + e.getMessage()));
        }
    }

    void close(@Observes ShutdownEvent event) {
        context.loops().close();
    }
}
