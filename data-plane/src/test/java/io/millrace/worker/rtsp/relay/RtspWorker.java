package io.millrace.worker.rtsp.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.Endpoint;
import io.millrace.model.Protocol;
import io.millrace.model.Transport;
import io.millrace.worker.admin.sessions.Fixtures;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.net.accept.ConnectionListener;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.net.loop.Loops;
import io.millrace.worker.net.memory.PendingBudget;
import io.millrace.worker.routing.resolve.Resolution;
import io.millrace.worker.routing.resolve.Router;
import io.millrace.worker.routing.resolve.TestRouter;
import io.millrace.worker.rtsp.PortRange;
import io.millrace.worker.rtsp.RtspSettings;
import io.millrace.worker.settings.ListenerAddress;
import io.millrace.worker.telemetry.TelemetryFixtures;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;

/** The RTSP of a worker on a real socket, led to the origins that a test names. */
final class RtspWorker implements AutoCloseable {

    static final Duration LIMIT = Duration.ofSeconds(30);
    static final Duration HEDGE_AFTER = Duration.ofMillis(200);

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final SessionTable sessions = Fixtures.sessionTable(Clock.systemUTC(), 100, registry);
    /** Where one of the test's own does not replace it. */
    final TestRouter router = new TestRouter();

    final PortPairs ports;
    private final EventLoops loops = new EventLoops(1);
    private final ConnectionListener listener;

    RtspWorker(RtspSettings settings, Integer... originPorts) throws IOException {
        this(settings, Optional.empty(), originPorts);
    }

    /** One whose router is the test's own. */
    RtspWorker(RtspSettings settings, Router router) throws IOException {
        this(settings, Optional.of(router));
    }

    private RtspWorker(RtspSettings settings, Optional<Router> own, Integer... originPorts) throws IOException {
        router.vhosts.add("media.example.com");
        for (int port : originPorts) {
            router.leadTo(route(port, Resolution.Source.CONTROL_PLANE));
        }
        ports = new PortPairs(settings.udpPorts(), new Random(1));
        listener = RtspListener.open(new RtspContext(
                settings,
                loops,
                sessions,
                own.orElse(router),
                TelemetryFixtures.originMetrics(),
                ports,
                new DatagramMetrics(registry, ports),
                Clock.systemUTC()));
    }

    static RtspSettings settings(Optional<PortRange> udpPorts) {
        return settings(udpPorts, LIMIT, LIMIT);
    }

    static RtspSettings settings(Optional<PortRange> udpPorts, Duration requestTimeout, Duration idleTimeout) {
        return settings(udpPorts, requestTimeout, idleTimeout, Duration.ofSeconds(2));
    }

    static RtspSettings settings(
            Optional<PortRange> udpPorts, Duration requestTimeout, Duration idleTimeout, Duration stallTimeout) {
        return new RtspSettings(
                ListenerAddress.parse("0", "127.0.0.1"),
                requestTimeout,
                idleTimeout,
                stallTimeout,
                udpPorts,
                false,
                LIMIT,
                Duration.ofSeconds(1),
                HEDGE_AFTER);
    }

    static Resolution.Route route(int originPort, Resolution.Source source) {
        return new Resolution.Route(
                Fixtures.origin("o" + originPort), new Endpoint(Transport.TCP, "127.0.0.1", originPort), 1, source);
    }

    int port() {
        return listener.boundTo().getPort();
    }

    PendingBudget budget() {
        return loops.budget();
    }

    double dropped(String reason) {
        return registry.get("millrace.rtsp.datagrams.dropped")
                .tag("reason", reason)
                .counter()
                .count();
    }

    @Override
    public void close() {
        assertThat(router.protocols).allMatch(Protocol.RTSP::equals);
        listener.close();
        Loops.close(loops);
    }
}
