package io.millrace.worker.net.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.worker.net.loop.EventLoops;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatagramWriterTest {

    private final EventLoops loops = new EventLoops(1);
    private DatagramSocket first;
    private DatagramSocket second;
    private Channel socket;

    @BeforeEach
    void open() throws IOException {
        first = receiver();
        second = receiver();
        EventLoop loop = loops.datagramLoops().getFirst();
        socket = loops.datagrams(loop)
                .handler(new ChannelInboundHandlerAdapter())
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    @AfterEach
    void close() {
        socket.close().syncUninterruptibly();
        first.close();
        second.close();
        loops.close();
    }

    private static DatagramSocket receiver() throws IOException {
        DatagramSocket opened = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        opened.setSoTimeout(500);
        return opened;
    }

    private static InetSocketAddress at(DatagramSocket receiver) {
        return (InetSocketAddress) receiver.getLocalSocketAddress();
    }

    /** Every byte of a datagram is its number. */
    private ByteBuf datagram(int number, int size) {
        ByteBuf bytes = socket.alloc().directBuffer(size);
        for (int i = 0; i < size; i++) {
            bytes.writeByte(number);
        }
        return bytes;
    }

    private void onLoop(Runnable task) {
        socket.eventLoop().submit(task).syncUninterruptibly();
    }

    /** {@code number x size} of each, until nothing comes any more. */
    private static List<String> received(DatagramSocket receiver) throws IOException {
        List<String> all = new ArrayList<>();
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        while (true) {
            try {
                packet.setLength(65_536);
                receiver.receive(packet);
            } catch (SocketTimeoutException nothingMore) {
                return all;
            }
            for (int i = 1; i < packet.getLength(); i++) {
                assertThat(packet.getData()[i]).isEqualTo(packet.getData()[0]);
            }
            all.add(packet.getData()[0] + "x" + packet.getLength());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void eachDatagramArrivesAsItWasWritten(boolean joins) throws IOException {
        AtomicBoolean mayJoin = new AtomicBoolean(joins && loops.isNative());
        onLoop(() -> {
            DatagramWriter writer = new DatagramWriter(socket, mayJoin);
            int[] sizes = {1200, 1200, 1200, 300, 1200, 1200, 1201, 1201, 5, 5, 5};
            for (int i = 0; i < sizes.length; i++) {
                writer.write(at(first), datagram(i, sizes[i]));
            }
            writer.write(at(second), datagram(50, 900));
            writer.write(at(first), datagram(51, 900));
            writer.write(at(second), datagram(52, 900));
            writer.flush();
        });
        assertThat(received(first))
                .containsExactly(
                        "0x1200", "1x1200", "2x1200", "3x300", "4x1200", "5x1200", "6x1201", "7x1201", "8x5", "9x5",
                        "10x5", "51x900");
        assertThat(received(second)).containsExactly("50x900", "52x900");
        assertThat(mayJoin.get()).isEqualTo(joins && loops.isNative());
    }

    @Test
    void longRunsArriveWhole() throws IOException {
        List<String> expected = new ArrayList<>();
        onLoop(() -> {
            DatagramWriter writer = new DatagramWriter(socket);
            for (int i = 0; i < 70; i++) {
                writer.write(at(first), datagram(i, 1_400));
                expected.add(i + "x1400");
            }
            writer.flush();
        });
        assertThat(received(first)).isEqualTo(expected);
    }

    @Test
    void nothingLeavesBeforeItIsFlushed() throws IOException {
        onLoop(() -> {
            DatagramWriter writer = new DatagramWriter(socket);
            writer.write(at(first), datagram(1, 100));
            writer.write(at(first), datagram(2, 100));
            writer.release();
            writer.flush();
        });
        assertThat(received(first)).isEmpty();
    }
}
