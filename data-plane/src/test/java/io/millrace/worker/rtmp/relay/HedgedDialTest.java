package io.millrace.worker.rtmp.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.Endpoint;
import io.millrace.model.Transport;
import io.millrace.worker.admin.sessions.Fixtures;
import io.millrace.worker.net.accept.ConnectionListener;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.routing.resolve.Resolution;
import io.millrace.worker.routing.resolve.TestRouter;
import io.millrace.worker.rtmp.RtmpSettings;
import io.millrace.worker.rtmp.codec.AmfValue;
import io.millrace.worker.rtmp.codec.ChunkScanner;
import io.millrace.worker.rtmp.codec.Command;
import io.millrace.worker.rtmp.codec.Handshake;
import io.millrace.worker.rtmp.session.ClientNegotiation;
import io.millrace.worker.rtmp.session.StreamRequest;
import io.millrace.worker.settings.ListenerAddress;
import io.millrace.worker.telemetry.TelemetryFixtures;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** RTMP sessions on real sockets, of whose two origins the first is accepted by the kernel and not answered at first. */
class HedgedDialTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration HEDGE_AFTER = Duration.ofMillis(200);

    private final EventLoops loops = new EventLoops(1);
    private final List<AutoCloseable> open = new ArrayList<>();
    private final FakeOrigin frozen;
    private final FakeOrigin healthy;
    private final TestRouter router;
    private ConnectionListener worker;

    HedgedDialTest() throws IOException {
        frozen = new FakeOrigin();
        healthy = new FakeOrigin();
        router = TestRouter.hedging(frozen.route(7), healthy.route(7));
    }

    @BeforeEach
    void start() throws IOException {
        RtmpSettings settings = new RtmpSettings(
                ListenerAddress.parse("0", "127.0.0.1"),
                LIMIT,
                LIMIT,
                LIMIT,
                LIMIT,
                LIMIT,
                false,
                false,
                LIMIT,
                LIMIT,
                HEDGE_AFTER);
        worker = RtmpListener.open(new RtmpContext(
                settings,
                loops,
                Fixtures.sessionTable(Clock.systemUTC(), 100),
                router,
                TelemetryFixtures.originMetrics(),
                Clock.systemUTC(),
                new Random(1)));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        worker.close();
        loops.close();
        frozen.close();
        healthy.close();
    }

    /** Takes connections when it is told to, as a process that is woken up, and keeps what is asked of it. */
    private static final class FakeOrigin implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final List<StreamRequest> asked = new CopyOnWriteArrayList<>();
        private final List<Socket> taken = new CopyOnWriteArrayList<>();
        private final List<Integer> received = new CopyOnWriteArrayList<>();

        FakeOrigin() throws IOException {}

        void wake() {
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        Socket socket = server.accept();
                        taken.add(socket);
                        Thread.ofVirtual().start(() -> serve(socket));
                    }
                } catch (IOException closed) {
                    // The test is over.
                    return;
                }
            });
        }

        private void serve(Socket socket) {
            ClientNegotiation negotiate = new ClientNegotiation(new Random(2));
            ByteBuf in = Unpooled.buffer();
            byte[] buffer = new byte[8_192];
            int all = 0;
            try (socket;
                    InputStream input = socket.getInputStream()) {
                for (int n = input.read(buffer); n >= 0; n = input.read(buffer)) {
                    all += n;
                    in.writeBytes(buffer, 0, n);
                    ByteBuf out = Unpooled.buffer();
                    negotiate.receive(in, out).ifPresent(request -> {
                        asked.add(request);
                        AmfValue.Members info =
                                new AmfValue.Members(Map.of("code", new AmfValue.Text("NetStream.Publish.Start")));
                        Command.of("onStatus", 0, AmfValue.Nothing.NULL, info)
                                .write(out, ClientNegotiation.OUR_CHUNK_SIZE, 5, 1);
                    });
                    socket.getOutputStream().write(out.array(), 0, out.readableBytes());
                }
            } catch (IOException gone) {
                // The worker closed it.
            } finally {
                received.add(all);
            }
        }

        Resolution.Route route(long epoch) {
            return new Resolution.Route(
                    Fixtures.origin("o" + server.getLocalPort()),
                    new Endpoint(Transport.TCP, "127.0.0.1", server.getLocalPort()),
                    epoch,
                    Resolution.Source.CONTROL_PLANE);
        }

        @Override
        public void close() throws IOException {
            server.close();
            for (Socket socket : taken) {
                socket.close();
            }
        }
    }

    /** A client that says all at once; what it hears comes to an end with the connection. */
    private Socket publish(String stream) throws IOException {
        Socket client =
                new Socket(InetAddress.getLoopbackAddress(), worker.boundTo().getPort());
        open.add(client);
        ByteBuf bytes = Unpooled.buffer();
        bytes.writeByte(Handshake.VERSION).writeZero(2 * Handshake.PART_SIZE);
        AmfValue.Members connect = new AmfValue.Members(
                Map.of("app", new AmfValue.Text("live"), "tcUrl", new AmfValue.Text("rtmp://host/live")));
        Command.of("connect", 1, connect).write(bytes, ChunkScanner.DEFAULT_CHUNK_SIZE, 3, 0);
        Command.of("createStream", 2, AmfValue.Nothing.NULL).write(bytes, ChunkScanner.DEFAULT_CHUNK_SIZE, 3, 0);
        Command.of("publish", 3, AmfValue.Nothing.NULL, new AmfValue.Text(stream))
                .write(bytes, ChunkScanner.DEFAULT_CHUNK_SIZE, 8, 1);
        client.getOutputStream().write(bytes.array(), 0, bytes.readableBytes());
        return client;
    }

    private static void awaitStart(Socket client) throws IOException {
        client.setSoTimeout((int) LIMIT.toMillis());
        StringBuilder received = new StringBuilder();
        byte[] buffer = new byte[8_192];
        while (received.indexOf("NetStream.Publish.Start") < 0) {
            int n = client.getInputStream().read(buffer);
            assertThat(n).as("the connection stays").isPositive();
            received.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
        }
    }

    @Test
    void publishesToTheOriginThatAnswersAndToNoOther() throws IOException {
        healthy.wake();
        router.deciding.complete(null);
        awaitStart(publish("cam"));
        assertThat(router.claims).containsExactly(healthy.server.getLocalPort());
        assertThat(healthy.asked).hasSize(1);
        frozen.wake();
        await().atMost(LIMIT).until(() -> !frozen.received.isEmpty());
        assertThat(frozen.received)
                .as("it got the handshake's first words, and then the end")
                .containsExactly(1 + Handshake.PART_SIZE);
        assertThat(frozen.asked).isEmpty();
    }

    @Test
    void saysNothingToEitherUntilTheStreamIsClaimed() throws IOException {
        healthy.wake();
        Socket client = publish("cam");
        await().atMost(LIMIT).until(() -> !router.claims.isEmpty());
        frozen.wake();
        await().atMost(LIMIT).until(() -> !frozen.taken.isEmpty());
        assertThat(healthy.asked).isEmpty();
        assertThat(frozen.asked).isEmpty();
        router.deciding.complete(null);
        awaitStart(client);
        assertThat(healthy.asked).hasSize(1);
        assertThat(frozen.asked).isEmpty();
        assertThat(router.claims).hasSize(1);
    }

    @Test
    void dialsNoOtherWhenTheFirstAnswersSoon() throws IOException {
        frozen.wake();
        healthy.wake();
        awaitStart(publish("cam"));
        assertThat(frozen.asked).hasSize(1);
        assertThat(healthy.taken).isEmpty();
        assertThat(router.claims).isEmpty();
    }
}
