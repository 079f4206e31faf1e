package io.millrace.worker.net.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.worker.net.loop.EventLoops;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DatagramListenerTest {

    private final EventLoops loops = new EventLoops(2);
    private final Set<Thread> receivers = ConcurrentHashMap.newKeySet();

    @AfterEach
    void stop() {
        loops.close();
    }

    private ChannelHandler echo() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                receivers.add(Thread.currentThread());
                DatagramPacket packet = (DatagramPacket) message;
                ctx.write(new DatagramPacket(packet.content(), packet.sender()));
            }

            @Override
            public void channelReadComplete(ChannelHandlerContext ctx) {
                ctx.flush();
            }
        };
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static String ask(InetSocketAddress server, String text) throws IOException {
        try (java.net.DatagramSocket client = new java.net.DatagramSocket()) {
            client.setSoTimeout(5_000);
            byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
            client.send(new java.net.DatagramPacket(bytes, bytes.length, server));
            java.net.DatagramPacket answer = new java.net.DatagramPacket(new byte[2_048], 2_048);
            client.receive(answer);
            assertThat(answer.getSocketAddress()).isEqualTo(server);
            return new String(answer.getData(), 0, answer.getLength(), java.nio.charset.StandardCharsets.UTF_8);
        } catch (SocketTimeoutException e) {
            return "nothing within five seconds";
        }
    }

    @Test
    void answersManyClientsFromOneAddressOnAllLoops() throws IOException {
        try (DatagramListener listener = DatagramListener.open(loops, anyPort(), this::echo)) {
            for (int i = 0; i < 64; i++) {
                assertThat(ask(listener.boundTo(), "datagram " + i)).isEqualTo("datagram " + i);
            }
        }
        assertThat(receivers).hasSize(loops.datagramLoops().size());
    }

    @Test
    void doesNotShareItsAddressWithAnother() throws IOException {
        try (DatagramListener listener = DatagramListener.open(loops, anyPort(), this::echo)) {
            assertThatThrownBy(() -> DatagramListener.open(loops, listener.boundTo(), this::echo))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void givesItsAddressBack() throws IOException {
        InetSocketAddress address;
        try (DatagramListener first = DatagramListener.open(loops, anyPort(), this::echo)) {
            address = first.boundTo();
        }
        try (DatagramListener again = DatagramListener.open(loops, address, this::echo)) {
            assertThat(ask(again.boundTo(), "again")).isEqualTo("again");
        }
    }

    @Test
    void eachLoopHasASocketOfItsOwn() throws IOException {
        try (DatagramListener listener = DatagramListener.open(loops, anyPort(), this::echo)) {
            List<Object> sockets = loops.datagramLoops().stream()
                    .<Object>map(listener::socketOn)
                    .distinct()
                    .toList();
            assertThat(sockets).hasSize(loops.datagramLoops().size());
        }
    }
}
