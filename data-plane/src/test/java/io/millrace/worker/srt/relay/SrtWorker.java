package io.millrace.worker.srt.relay;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.Endpoint;
import io.millrace.model.Transport;
import io.millrace.model.settings.ClusterToken;
import io.millrace.worker.admin.sessions.Fixtures;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.net.loop.Loops;
import io.millrace.worker.net.udp.DatagramListener;
import io.millrace.worker.routing.resolve.Resolution;
import io.millrace.worker.routing.resolve.Router;
import io.millrace.worker.routing.resolve.TestRouter;
import io.millrace.worker.settings.ListenerAddress;
import io.millrace.worker.srt.SrtSettings;
import io.millrace.worker.srt.session.SynCookies;
import io.millrace.worker.telemetry.TelemetryFixtures;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Everything of a worker that SRT needs. */
final class SrtWorker implements AutoCloseable {

    static final Duration IDLE = Duration.ofSeconds(2);
    static final Duration HEDGE_AFTER = Duration.ofMillis(300);

    private final EventLoops loops = new EventLoops(2);
    private final List<LoopPort> ports = new CopyOnWriteArrayList<>();
    private final DatagramListener listener;
    final AtomicInteger searching = new AtomicInteger();
    final SessionTable sessions = Fixtures.sessionTable(InstantSource.system(), 1_000);
    final TestRouter router = new TestRouter();
    final SrtDrops drops = new SrtDrops(new SimpleMeterRegistry());

    SrtWorker() throws IOException {
        this(Optional.empty());
    }

    /** One whose router is the test's own. */
    SrtWorker(Router ownRouter) throws IOException {
        this(Optional.of(ownRouter));
    }

    private SrtWorker(Optional<Router> ownRouter) throws IOException {
        SrtContext context = new SrtContext(
                new SrtSettings(ListenerAddress.parse("0", "127.0.0.1"), IDLE, Duration.ofSeconds(1), HEDGE_AFTER),
                loops,
                sessions,
                ownRouter.orElse(router),
                TelemetryFixtures.originMetrics(),
                new SynCookies(ClusterToken.of("secret-0123456789abcdef-0123456789"), InstantSource.system()),
                drops,
                InstantSource.system(),
                new Random(1));
        listener = DatagramListener.open(loops, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), () -> {
            LoopPort port = new LoopPort(context, searching);
            ports.add(port);
            return port;
        });
    }

    /** Leads that stream to the first of these ports that was not tried. */
    void lead(String stream, Integer... originPorts) {
        router.lead(stream, Stream.of(originPorts).map(SrtWorker::route).toArray(Resolution.Route[]::new));
    }

    static Resolution.Route route(int port) {
        return new Resolution.Route(
                Fixtures.origin("o" + port),
                new Endpoint(Transport.UDP, "127.0.0.1", port),
                7,
                Resolution.Source.CONTROL_PLANE);
    }

    InetSocketAddress address() {
        return listener.boundTo();
    }

    /** How many sessions its loops know, those that linger included. */
    int known() {
        int known = 0;
        for (LoopPort port : ports) {
            try {
                known +=
                        port.loop().submit(() -> port.table().sessions().size()).get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
        return known;
    }

    @Override
    public void close() {
        listener.close();
        Loops.close(loops);
    }
}
