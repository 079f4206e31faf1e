package io.millrace.worker.wiring;

import io.millrace.model.Protocol;
import io.millrace.worker.admin.Drain;
import io.millrace.worker.admin.ListenerBoard;
import io.millrace.worker.settings.BadSettingsException;
import io.millrace.worker.settings.ListenerAddress;
import io.millrace.worker.webrtc.WebRtcSettings;
import io.millrace.worker.webrtc.relay.MediaRelay;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import org.jboss.logging.Logger;

/** Opens the sockets for WebRTC's media when the worker starts. */
@Singleton
class WebRtcListeners {

    private static final Logger LOG = Logger.getLogger(WebRtcListeners.class);

    private static final String TCP = "webrtc-tcp";

    /** Before the event loops stop, on which the sockets are. */
    private static final int EARLY = 500;

    private final WebRtcSettings settings;
    private final MediaRelay relay;
    private final ListenerBoard board;
    private final Drain drain;

    WebRtcListeners(WebRtcSettings settings, MediaRelay relay, ListenerBoard board, Drain drain) {
        this.settings = settings;
        this.relay = relay;
        this.board = board;
        this.drain = drain;
        board.expect(Protocol.WEBRTC);
        settings.tcp().ifPresent(address -> board.expect(TCP));
    }

    void open(@Observes StartupEvent event) {
        try {
            board.up(Protocol.WEBRTC, relay.openDatagrams(settings.listen()));
            LOG.infof("listening protocol=webrtc address=%s", board.bound().get(Protocol.WEBRTC));
        } catch (IOException e) {
            throw BadSettingsException.cannotOpen("PROXY_WEBRTC_SERVER", settings.listen(), e);
        }
        settings.tcp().ifPresent(this::openConnections);
        drain.onBegin("webrtc", () -> {
            // The socket stays open: its sessions go on.
            relay.refuseNew();
            board.down(Protocol.WEBRTC);
            settings.tcp().ifPresent(address -> board.down(TCP));
        });
    }

    private void openConnections(ListenerAddress address) {
        try {
            board.up(TCP, relay.openConnections(address));
            LOG.infof("listening protocol=%s address=%s", TCP, board.allBound().get(TCP));
        } catch (IOException e) {
            throw BadSettingsException.cannotOpen("MILLRACE_WEBRTC_TCP", address, e);
        }
    }

    void close(@Observes @Priority(EARLY) ShutdownEvent event) {
        relay.close();
    }
}
