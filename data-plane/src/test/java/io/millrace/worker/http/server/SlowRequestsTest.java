package io.millrace.worker.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.worker.admin.sessions.Fixtures;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.HttpPort;
import io.millrace.worker.http.HttpService;
import io.millrace.worker.http.HttpSettings;
import io.millrace.worker.http.Request;
import io.millrace.worker.http.listen.HttpConnections;
import io.millrace.worker.http.listen.HttpEntrance;
import io.millrace.worker.http.listen.HttpListener;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.net.loop.Loops;
import io.millrace.worker.net.memory.PendingBudget;
import io.millrace.worker.settings.ListenerAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that begin requests and do not end them, against a budget of one mebibyte. */
class SlowRequestsTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int CLIENTS = 300;
    private static final int SENT = 12_000;

    private final PendingBudget budget = new PendingBudget(PendingBudget.LEAST);
    private final EventLoops loops = new EventLoops(1, budget);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<Socket> sockets = new ArrayList<>();
    private HttpListener listener;

    @BeforeEach
    void listen() throws IOException {
        ListenerAddress anyPort = ListenerAddress.parse("0", "127.0.0.1");
        HttpSettings settings =
                new HttpSettings(anyPort, anyPort, LONG, LONG, LONG, LONG, 1 << 20, 10_000, false, LONG, LONG, LONG);
        SessionTable sessions = Fixtures.sessionTable(Clock.systemUTC(), 100, registry);
        HttpConnections connections = HttpConnections.of(
                HttpPort.MEDIA,
                settings,
                List.of(new Gathering()),
                loops,
                sessions,
                new AnswerMetrics(new SimpleMeterRegistry()),
                Clock.systemUTC());
        listener = HttpListener.open(
                loops,
                anyPort,
                HttpEntrance.of(settings, loops, sessions),
                pipeline -> connections.http1(pipeline, false));
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        listener.close();
        Loops.close(loops);
    }

    /** Says how long a body was, once it is whole. */
    private static final class Gathering implements HttpService {

        @Override
        public String word() {
            return "gathering";
        }

        @Override
        public HttpPort port() {
            return HttpPort.MEDIA;
        }

        @Override
        public boolean claims(Request request) {
            return true;
        }

        @Override
        public void serve(Exchange exchange) {
            ByteBuf all = Unpooled.buffer();
            exchange.onBody(
                    piece -> {
                        all.writeBytes(piece);
                        piece.release();
                    },
                    () -> exchange.answer(
                            HttpResponseStatus.OK,
                            new DefaultHttpHeaders(),
                            Unpooled.copiedBuffer("got " + all.readableBytes(), StandardCharsets.US_ASCII)));
        }
    }

    private Socket send(String text) throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), listener.boundTo().getPort());
        sockets.add(socket);
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static boolean isClosed(Socket socket) throws IOException {
        socket.setSoTimeout(1);
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    private void assertThatTheSlowestAreClosedAndOthersServed() throws IOException {
        await().atMost(SOON).until(() -> budget.shed() > 0 && budget.pending() <= budget.limit());
        assertThat(isClosed(sockets.getFirst())).as("the first to begin").isTrue();
        assertThat(isClosed(sockets.getLast())).as("the last to begin").isFalse();
        assertThat(registry.get("millrace.rejects")
                        .tag("reason", "memory-full")
                        .counter()
                        .count())
                .isPositive();

        Socket proper = send("POST /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello");
        proper.setSoTimeout((int) SOON.toMillis());
        assertThat(new String(proper.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("got 5");

        for (Socket socket : sockets) {
            socket.close();
        }
        await().atMost(SOON).until(() -> budget.pending() == 0);
    }

    @Test
    void headsThatAreNotWholeCountAndTheSlowestAreClosedFirst() throws IOException {
        for (int i = 0; i < CLIENTS; i++) {
            send("GET /a HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(SENT));
        }
        assertThatTheSlowestAreClosedAndOthersServed();
    }

    @Test
    void bodiesThatAreNotWholeCountAndTheSlowestAreClosedFirst() throws IOException {
        for (int i = 0; i < CLIENTS; i++) {
            send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(SENT));
        }
        assertThatTheSlowestAreClosedAndOthersServed();
    }

    @Test
    void requestsThatAreSentAheadCountAndTheSlowestAreClosedFirst() throws IOException {
        for (int i = 0; i < CLIENTS; i++) {
            send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nhello" + "!GET /b HTTP/1.1\r\nHost: a\r\nX: "
                    + "x".repeat(SENT));
        }
        await().atMost(SOON).until(() -> budget.shed() > 0 && budget.pending() <= budget.limit());
        assertThat(isClosed(sockets.getLast())).isFalse();
    }

    @Test
    void aFewBytesKeepNoLargeBuffer() throws IOException {
        for (int i = 0; i < CLIENTS; i++) {
            send("GET /a HTTP/1.1\r\nHost:");
        }
        await().atMost(SOON).until(() -> budget.pending() >= CLIENTS * 22L);
        assertThat(budget.pending()).isLessThan(CLIENTS * 128L);
        assertThat(budget.shed()).isZero();
        assertThat(loops.readBuffersOutstanding()).isZero();
    }
}
