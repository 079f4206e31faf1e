package io.millrace.worker.net.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DatagramReadsTest {

    private static final int DATAGRAM = 100;
    private static final int BATCH = 4;

    @Test
    void makesRoomForAWholeBatch() {
        ByteBuf buffer = new DatagramReads(DATAGRAM, BATCH).newHandle().allocate(UnpooledByteBufAllocator.DEFAULT);
        assertThat(buffer.writableBytes()).isEqualTo(DATAGRAM * BATCH);
        buffer.release();
    }

    @Test
    void readsAgainOnlyAfterAFullBatch() {
        ExtendedHandle handle = new DatagramReads(DATAGRAM, BATCH).newHandle();
        handle.incMessagesRead(BATCH);
        assertThat(handle.continueReading()).isTrue();
        handle.incMessagesRead(BATCH - 1);
        assertThat(handle.continueReading()).isFalse();
    }

    @Test
    void aFloodedSocketLetsTheOthersHaveTheirTurn() {
        ExtendedHandle handle = new DatagramReads(DATAGRAM, BATCH).newHandle();
        int batches = 0;
        do {
            handle.incMessagesRead(BATCH);
            batches++;
        } while (handle.continueReading() && batches < 1_000);
        assertThat(batches).isLessThan(20);
    }

    /** More than fits into all batches of one event: the rest is read although nothing else comes that would tell of it. */
    @Test
    void leavesNothingUnreadAfterABurst() throws IOException {
        List<Integer> received = new CopyOnWriteArrayList<>();
        int sent = 500;
        try (EventLoops loops = new EventLoops(1);
                DatagramSocket sender = new DatagramSocket()) {
            Channel receiver = loops.datagrams(loops.datagramLoops().getFirst())
                    .handler(new ChannelInboundHandlerAdapter() {
                        @Override
                        public void channelRead(ChannelHandlerContext ctx, Object message) {
                            DatagramPacket datagram = (DatagramPacket) message;
                            received.add(datagram.content().readInt());
                            datagram.release();
                        }
                    })
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .syncUninterruptibly()
                    .channel();
            InetSocketAddress to = (InetSocketAddress) receiver.localAddress();
            // The loop is busy while they come, so that all wait in the socket.
            receiver.eventLoop().submit(() -> sendAll(sender, to, sent)).syncUninterruptibly();
            await().atMost(Duration.ofSeconds(10)).until(() -> received.size() == sent);
            receiver.close().syncUninterruptibly();
        }
        assertThat(received)
                .containsExactlyElementsOf(IntStream.range(0, sent).boxed().toList());
    }

    private static boolean sendAll(DatagramSocket sender, InetSocketAddress to, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            byte[] bytes = {(byte) (i >> 24), (byte) (i >> 16), (byte) (i >> 8), (byte) i};
            sender.send(new java.net.DatagramPacket(bytes, bytes.length, to));
        }
        return true;
    }
}
