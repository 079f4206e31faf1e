package io.millrace.worker.flv;

import static io.millrace.worker.flv.TestOrigin.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.Endpoint;
import io.millrace.model.Protocol;
import io.millrace.model.Transport;
import io.millrace.worker.admin.sessions.Fixtures;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.http.HttpPort;
import io.millrace.worker.http.HttpSettings;
import io.millrace.worker.http.listen.HttpConnections;
import io.millrace.worker.http.listen.HttpEntrance;
import io.millrace.worker.http.listen.HttpListener;
import io.millrace.worker.http.server.AnswerMetrics;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.net.loop.Loops;
import io.millrace.worker.net.memory.PendingBudget;
import io.millrace.worker.routing.resolve.Resolution;
import io.millrace.worker.routing.resolve.TestRouter;
import io.millrace.worker.settings.ListenerAddress;
import io.millrace.worker.telemetry.TelemetryFixtures;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A worker for HTTP-FLV on real sockets, with origins that do as the test says. */
abstract class FlvWorker {

    static final Duration LIMIT = Duration.ofSeconds(30);
    static final String OK = "HTTP/1.1 200 OK\r\nServer: SRS\r\nContent-Type: video/x-flv\r\n";
    static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n";

    final TestRouter router = new TestRouter();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final SessionTable sessions = Fixtures.sessionTable(Clock.systemUTC(), 100, registry);
    EventLoops loops;
    HttpListener listener;

    @BeforeEach
    void listen() throws IOException {
        HttpSettings settings = new HttpSettings(
                ListenerAddress.parse("0", "127.0.0.1"),
                ListenerAddress.parse("0", "127.0.0.1"),
                LIMIT,
                LIMIT,
                LIMIT,
                Duration.ofSeconds(3),
                10_000,
                100,
                false,
                Duration.ofSeconds(3),
                LIMIT,
                Duration.ofSeconds(1));
        router.vhosts.add("media.example.com");
        loops = new EventLoops(1, new PendingBudget(PendingBudget.LEAST));
        FlvService service =
                new FlvService(settings, loops, sessions, router, TelemetryFixtures.originMetrics(), Clock.systemUTC());
        HttpConnections connections = HttpConnections.of(
                HttpPort.MEDIA,
                settings,
                List.of(service),
                loops,
                sessions,
                new AnswerMetrics(new SimpleMeterRegistry()),
                Clock.systemUTC());
        listener = HttpListener.open(
                loops,
                settings.listen(),
                HttpEntrance.of(settings, loops, sessions),
                pipeline -> connections.http1(pipeline, false));
    }

    @AfterEach
    void close() {
        assertThat(router.protocols).allMatch(Protocol.FLV::equals);
        listener.close();
        Loops.close(loops);
    }

    /** Leads viewers to these ports, one after the other, the last again and again. */
    void lead(Integer... ports) {
        for (int port : ports) {
            router.leadTo(new Resolution.Route(
                    Fixtures.origin("o" + port),
                    new Endpoint(Transport.TCP, "127.0.0.1", port),
                    1,
                    Resolution.Source.CONTROL_PLANE));
        }
    }

    String exchange(String sent) throws IOException {
        try (Socket socket = open(sent)) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    Socket open(String sent) throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), listener.boundTo().getPort());
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(bytes(sent));
        return socket;
    }

    static String get(String target, String... headers) {
        return "GET " + target + " HTTP/1.1\r\nHost: media.example.com\r\n"
                + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n") + "\r\n";
    }

    static String body(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    static void awaitQuietly(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new IOException("no client connected");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    double ended(String reason) {
        return registry.find("millrace.sessions.ended").tag("reason", reason).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    void awaitNoSessions() {
        await().atMost(Duration.ofSeconds(20)).until(() -> sessions.size() == 0);
    }
}
