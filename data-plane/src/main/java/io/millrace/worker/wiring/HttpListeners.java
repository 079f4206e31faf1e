package io.millrace.worker.wiring;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.model.Protocol;
import io.millrace.worker.admin.Drain;
import io.millrace.worker.admin.ListenerBoard;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.http.HttpPort;
import io.millrace.worker.http.HttpService;
import io.millrace.worker.http.HttpSettings;
import io.millrace.worker.http.listen.HttpConnections;
import io.millrace.worker.http.listen.HttpEntrance;
import io.millrace.worker.http.listen.HttpListener;
import io.millrace.worker.http.server.AnswerMetrics;
import io.millrace.worker.net.accept.ConnectionListener;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.settings.BadSettingsException;
import io.millrace.worker.settings.ListenerAddress;
import io.millrace.worker.telemetry.TimeOfDay;
import io.quarkus.arc.All;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import org.jboss.logging.Logger;

/** Opens the listeners for HTTP when the worker starts, with every {@link HttpService} there is behind them. */
@Singleton
class HttpListeners {

    private static final Logger LOG = Logger.getLogger(HttpListeners.class);

    /** What the media port carries. */
    private static final List<Protocol> MEDIA = List.of(Protocol.FLV, Protocol.HLS, Protocol.DASH);

    private static final String API = "api";

    private final HttpSettings settings;
    private final EventLoops loops;
    private final ListenerBoard board;
    private final Drain drain;
    private final ConnectionListener.Entrance entrance;
    private final HttpConnections media;
    private final HttpConnections api;

    HttpListeners(
            HttpSettings settings,
            EventLoops loops,
            @All List<HttpService> services,
            SessionTable sessions,
            ListenerBoard board,
            Drain drain,
            MeterRegistry registry,
            TimeOfDay clock) {
        this.settings = settings;
        this.loops = loops;
        this.board = board;
        this.drain = drain;
        this.entrance = HttpEntrance.of(settings, loops, sessions);
        AnswerMetrics metrics = new AnswerMetrics(registry);
        this.media = HttpConnections.of(HttpPort.MEDIA, settings, services, loops, sessions, metrics, clock);
        this.api = HttpConnections.of(HttpPort.API, settings, services, loops, sessions, metrics, clock);
        MEDIA.forEach(board::expect);
        board.expect(API);
    }

    /** For the listener with TLS. */
    @Produces
    @Singleton
    @Named("media")
    HttpConnections media() {
        return media;
    }

    /** The one count of connections, which every listener for HTTP shares. */
    @Produces
    @Singleton
    @Named("http")
    ConnectionListener.Entrance entrance() {
        return entrance;
    }

    void open(@Observes StartupEvent event) {
        HttpListener mediaListener = listen("PROXY_HTTP_SERVER", settings.listen(), media);
        MEDIA.forEach(protocol -> board.up(protocol, mediaListener.boundTo()));
        LOG.infof("listening protocol=http address=%s", board.bound().get(Protocol.FLV));
        board.up(API, listen("PROXY_HTTP_API", settings.api(), api).boundTo());
        LOG.infof("listening protocol=http-api address=%s", board.allBound().get(API));
        drain.onBegin("http", () -> {
            mediaListener.close();
            media.leave();
            MEDIA.forEach(board::down);
        });
        // It goes on answering: clients of WebRTC end their sessions here, and new ones are sent elsewhere.
        drain.onBegin("http-api", () -> {
            api.leave();
            board.down(API);
        });
    }

    private HttpListener listen(String variable, ListenerAddress address, HttpConnections connections) {
        try {
            return HttpListener.open(loops, address, entrance, pipeline -> connections.http1(pipeline, false));
        } catch (IOException e) {
            throw BadSettingsException.cannotOpen(variable, address, e);
        }
    }
}
