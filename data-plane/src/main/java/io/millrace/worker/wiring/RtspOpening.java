package io.millrace.worker.wiring;

import io.millrace.model.Protocol;
import io.millrace.worker.admin.Drain;
import io.millrace.worker.admin.ListenerBoard;
import io.millrace.worker.net.accept.ConnectionListener;
import io.millrace.worker.rtsp.relay.RtspContext;
import io.millrace.worker.rtsp.relay.RtspListener;
import io.millrace.worker.settings.BadSettingsException;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import org.jboss.logging.Logger;

/** Opens the listener for RTSP when the worker starts. */
@Singleton
class RtspOpening {

    private static final Logger LOG = Logger.getLogger(RtspOpening.class);

    private final RtspContext context;
    private final ListenerBoard board;
    private final Drain drain;

    RtspOpening(RtspContext context, ListenerBoard board, Drain drain) {
        this.context = context;
        this.board = board;
        this.drain = drain;
        board.expect(Protocol.RTSP);
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
            throw new BadSettingsException(List.of("MILLRACE_RTSP_SERVER is '"
                    + context.settings().listen() + "'; it cannot be opened: " + e.getMessage()));
        }
    }
}
