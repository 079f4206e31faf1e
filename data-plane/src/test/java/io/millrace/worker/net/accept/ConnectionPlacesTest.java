package io.millrace.worker.net.accept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.address.AddressShares;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.net.loop.Loops;
import io.millrace.worker.net.memory.PendingBudget;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Listeners that greet and echo, and clients of several addresses. */
class ConnectionPlacesTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int OF_WORKER = 12;
    private static final int HALF = 50;

    private final EventLoops loops =
            new EventLoops(2, new PendingBudget(PendingBudget.LEAST), new AddressShares(OF_WORKER, HALF));
    private final List<String> refusals = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<ConnectionPlaces.Place> places = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> received = new ConcurrentLinkedQueue<>();
    private final List<ConnectionListener> listeners = new ArrayList<>();
    private final List<Socket> sockets = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        listeners.forEach(ConnectionListener::close);
        Loops.close(loops);
    }

    private ConnectionPlaces kind(int max) {
        return new ConnectionPlaces(
                max,
                loops,
                (client, refusal) -> refusals.add(client.ip().orElseThrow().getHostAddress() + " " + refusal));
    }

    private InetSocketAddress listen(ConnectionPlaces kind, boolean proxyProtocol) throws IOException {
        ConnectionListener listener = ConnectionListener.open(
                loops,
                loops.server(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new ConnectionListener.Entrance(kind, proxyProtocol),
                (channel, place) -> {
                    places.add(place);
                    channel.pipeline().addLast(new Echo());
                });
        listeners.add(listener);
        return listener.boundTo();
    }

    private final class Echo extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            received.add(((ByteBuf) message).toString(StandardCharsets.US_ASCII));
            ctx.writeAndFlush(message);
        }
    }

    /** Connects from a loopback address and sends. */
    private Socket client(InetSocketAddress server, String from, String sent) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
        socket.connect(server);
        socket.setSoTimeout((int) SOON.toMillis());
        socket.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));
        sockets.add(socket);
        return socket;
    }

    /** Whether it gets an answer; a refused one gets an end or a reset. */
    private static boolean isServed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException neither) {
            throw neither;
        } catch (IOException reset) {
            return false;
        }
    }

    private int served(InetSocketAddress server, String from, int attempts) throws IOException {
        int served = 0;
        for (int i = 0; i < attempts; i++) {
            if (isServed(client(server, from, "x"))) {
                served++;
            }
        }
        return served;
    }

    @Test
    void oneAddressGetsItsShareAndOthersAreServed() throws IOException {
        InetSocketAddress server = listen(kind(6), false);

        assertThat(served(server, "127.0.0.1", 20)).isEqualTo(3);
        assertThat(refusals).hasSize(17).containsOnly("127.0.0.1 ADDRESS_HAS_ITS_SHARE");

        assertThat(served(server, "127.0.0.2", 1)).isEqualTo(1);
    }

    @Test
    void aBannedAddressIsRefusedBeforeItIsRead() throws IOException {
        loops.ban(InetAddress.ofLiteral("127.0.0.3")::equals);
        InetSocketAddress server = listen(kind(6), false);

        assertThat(served(server, "127.0.0.3", 10)).isZero();
        assertThat(refusals).hasSize(10).containsOnly("127.0.0.3 BANNED");
        assertThat(received).isEmpty();
        assertThat(served(server, "127.0.0.1", 1)).isEqualTo(1);
        assertThat(loops.connections().taken()).isEqualTo(1);
    }

    @Test
    void aBannedAddressBehindABalancerIsRefused() throws IOException {
        loops.ban(InetAddress.ofLiteral("203.0.113.9")::equals);
        InetSocketAddress server = listen(kind(6), true);
        assertThat(isServed(client(server, "127.0.0.1", "PROXY TCP4 203.0.113.9 127.0.0.1 1 2\r\nx")))
                .isFalse();
        assertThat(isServed(client(server, "127.0.0.1", "PROXY TCP4 203.0.113.8 127.0.0.1 1 2\r\nx")))
                .isTrue();
        assertThat(refusals).containsExactly("203.0.113.9 BANNED");
    }

    @Test
    void allAddressesTogetherGetNoMoreThanThereIs() throws IOException {
        ConnectionPlaces kind = kind(6);
        InetSocketAddress server = listen(kind, false);
        int served = 0;
        for (int i = 1; i < 30; i++) {
            served += served(server, "127.0.0." + i, 2);
        }

        assertThat(served).isEqualTo(6);
        assertThat(kind.taken()).isEqualTo(6);
        assertThat(refusals).hasSize(2 * 29 - 6).contains("127.0.0.29 ALL_TAKEN");
    }

    @Test
    void whoLeavesMakesRoom() throws IOException {
        ConnectionPlaces kind = kind(6);
        InetSocketAddress server = listen(kind, false);
        for (int round = 0; round < 3; round++) {
            assertThat(served(server, "127.0.0.1", 5)).isEqualTo(3);
            for (Socket socket : sockets) {
                socket.close();
            }
            await().atMost(SOON).until(() -> kind.taken() == 0);
        }
        assertThat(loops.connections().taken()).isZero();
        assertThat(loops.connections().addresses()).isZero();
    }

    @Test
    void listenersShareWhatTheWorkerMayAccept() throws IOException {
        InetSocketAddress one = listen(kind(1_000), false);
        InetSocketAddress other = listen(kind(1_000), false);

        assertThat(served(one, "127.0.0.1", 4)).isEqualTo(4);
        assertThat(served(other, "127.0.0.1", 10)).isEqualTo(2);
        assertThat(served(other, "127.0.0.2", 1)).isEqualTo(1);
    }

    @Test
    void whoLeavesItsKindCountsForTheWorkerOnly() throws IOException {
        ConnectionPlaces kind = kind(2);
        InetSocketAddress server = listen(kind, false);
        for (int i = 0; i < OF_WORKER / 2; i++) {
            assertThat(served(server, "127.0.0.1", 1)).isEqualTo(1);
            ConnectionPlaces.Place place = places.remove();
            place.leaveKind();
            place.leaveKind();
            assertThat(kind.taken()).isZero();
        }

        assertThat(served(server, "127.0.0.1", 1)).isZero();
        for (Socket socket : sockets) {
            socket.close();
        }
        await().atMost(SOON).until(() -> loops.connections().taken() == 0);
        assertThat(kind.taken()).isZero();
    }

    @Test
    void behindABalancerTheClientsAddressCounts() throws IOException {
        ConnectionPlaces kind = kind(8);
        InetSocketAddress server = listen(kind, true);
        for (int i = 0; i < 4; i++) {
            assertThat(isServed(client(server, "127.0.0.1", header("192.0.2.7") + "a")))
                    .isTrue();
        }

        assertThat(isServed(client(server, "127.0.0.1", header("192.0.2.7") + "b")))
                .isFalse();
        assertThat(isServed(client(server, "127.0.0.1", header("192.0.2.8") + "a")))
                .isTrue();
        assertThat(refusals).containsExactly("192.0.2.7 ADDRESS_HAS_ITS_SHARE");
        assertThat(String.join("", received)).isEqualTo("aaaaa");

        for (Socket socket : sockets) {
            socket.close();
        }
        await().atMost(SOON).until(() -> kind.taken() == 0);
        assertThat(loops.connections().addresses()).isZero();
    }

    @Test
    void whoSendsNoHeaderCountsToo() throws IOException {
        ConnectionPlaces kind = kind(3);
        InetSocketAddress server = listen(kind, true);
        for (int i = 0; i < 3; i++) {
            client(server, "127.0.0.1", "");
        }
        await().atMost(SOON).until(() -> kind.taken() == 3);

        assertThat(isServed(client(server, "127.0.0.1", header("192.0.2.7") + "a")))
                .isFalse();
        assertThat(refusals).containsExactly("127.0.0.1 ALL_TAKEN");
    }

    private static String header(String client) {
        return "PROXY TCP4 " + client + " 192.0.2.1 4711 80\r\n";
    }
}
