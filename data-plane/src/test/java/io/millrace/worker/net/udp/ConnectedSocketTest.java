package io.millrace.worker.net.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.worker.net.loop.EventLoops;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConnectedSocketTest {

    private static final int SIZE = 500;

    private final EventLoops loops = new EventLoops(1);
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private DatagramSocket peer;
    private Channel channel;

    @BeforeEach
    void connect() throws IOException {
        peer = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        peer.setSoTimeout(10_000);
        channel = loops.datagrams(loops.datagramLoops().getFirst())
                .handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                        failures.add(cause);
                    }
                })
                .connect((InetSocketAddress) peer.getLocalSocketAddress())
                .syncUninterruptibly()
                .channel();
    }

    @AfterEach
    void close() {
        channel.close().syncUninterruptibly();
        peer.close();
        loops.close();
    }

    private void onLoop(Runnable task) {
        channel.eventLoop().submit(task).syncUninterruptibly();
    }

    private ByteBuf datagram() {
        return channel.alloc().directBuffer(SIZE).writeZero(SIZE);
    }

    @Test
    void saysOnceWhatWaitsForAFlush() throws IOException {
        onLoop(() -> {
            ConnectedSocket socket = new ConnectedSocket(channel);
            assertThat(socket.write(datagram())).isTrue();
            assertThat(socket.write(datagram())).isFalse();
            socket.flush();
            assertThat(socket.write(datagram())).isTrue();
            socket.flush();
        });
        for (int i = 0; i < 3; i++) {
            DatagramPacket received = new DatagramPacket(new byte[2 * SIZE], 2 * SIZE);
            peer.receive(received);
            assertThat(received.getLength()).isEqualTo(SIZE);
        }
    }

    @Test
    void whatWasNotFlushedIsFreedWithTheSocket() {
        ByteBuf datagram = datagram();
        onLoop(() -> {
            ConnectedSocket socket = new ConnectedSocket(channel);
            socket.write(datagram);
            socket.close();
            socket.flush();
        });
        await().until(() -> datagram.refCnt() == 0);
    }

    /** The peer's port is closed: that says nothing of what the system can do. */
    @Test
    void aRefusalReachesTheHandlersAndRunsGoOn() {
        AtomicBoolean mayJoin = new AtomicBoolean(loops.isNative());
        peer.close();
        await().until(() -> {
            onLoop(() -> {
                DatagramWriter writer = new DatagramWriter(channel, mayJoin);
                for (int i = 0; i < 20; i++) {
                    writer.write((InetSocketAddress) channel.remoteAddress(), datagram());
                    writer.write((InetSocketAddress) channel.remoteAddress(), datagram());
                    writer.flush();
                }
            });
            return !failures.isEmpty();
        });
        assertThat(mayJoin.get()).isEqualTo(loops.isNative());
    }
}
