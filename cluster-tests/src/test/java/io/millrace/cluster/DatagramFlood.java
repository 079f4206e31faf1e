package io.millrace.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Datagrams from many addresses of this machine to one port, at a bounded rate. */
final class DatagramFlood {

    private static final int TURNS_AT_ONCE = 20;
    /** An answer may still come after so many further senders. */
    private static final int SENDERS_KEPT = 50;

    private static final int ADDRESSES_A_BYTE = 250;

    private final int senders;
    private final int each;
    private final int perSecond;
    private volatile boolean stopped;

    /**
     * @param senders addresses, each with a port of its own
     * @param each datagrams of one sender
     */
    DatagramFlood(int senders, int each, int perSecond) {
        if (senders > ADDRESSES_A_BYTE * ADDRESSES_A_BYTE) {
            throw new IllegalArgumentException("so many addresses are not told apart: " + senders);
        }
        this.senders = senders;
        this.each = each;
        this.perSecond = perSecond;
    }

    /** What is sent. */
    interface Maker {
        /**
         * @param turn from 0 for each sender
         * @param answer the last that any sender got
         */
        byte[] make(int sender, int turn, Optional<ByteBuffer> answer);
    }

    /** What became of it. */
    record Result(int sent, long bytesSent, int answers, long bytesAnswered) {}

    /** Whoever sends gives up. */
    void stop() {
        stopped = true;
    }

    /** Returns when all is sent. */
    Result send(int port, Maker maker) throws IOException {
        InetSocketAddress target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        Deque<DatagramChannel> open = new ArrayDeque<>();
        ByteBuffer in = ByteBuffer.allocate(2_000);
        Optional<ByteBuffer> answer = Optional.empty();
        int sent = 0;
        long bytesSent = 0;
        int answers = 0;
        long bytesAnswered = 0;
        long start = System.nanoTime();
        try {
            for (int sender = 0; sender < senders && !stopped; sender++) {
                DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
                open.addLast(channel);
                channel.configureBlocking(false);
                channel.bind(new InetSocketAddress(address(sender), 0));
                for (int turn = 0; turn < each; turn++) {
                    byte[] datagram = maker.make(sender, turn, answer);
                    bytesSent += channel.send(ByteBuffer.wrap(datagram), target);
                    sent++;
                    if (sent % TURNS_AT_ONCE == 0) {
                        long due = start + TimeUnit.SECONDS.toNanos(sent) / perSecond;
                        LockSupport.parkNanos(due - System.nanoTime());
                    }
                }
                for (DatagramChannel one : open) {
                    while (one.receive(in.clear()) != null) {
                        answers++;
                        bytesAnswered += in.flip().remaining();
                        answer = Optional.of(
                                ByteBuffer.allocate(in.remaining()).put(in).flip());
                    }
                }
                if (open.size() > SENDERS_KEPT) {
                    open.removeFirst().close();
                }
            }
        } finally {
            for (DatagramChannel channel : open) {
                channel.close();
            }
        }
        return new Result(sent, bytesSent, answers, bytesAnswered);
    }

    private static InetAddress address(int sender) throws IOException {
        // No byte is 0 or 255, which may stand for a network or for everybody in it.
        return InetAddress.getByAddress(
                new byte[] {127, 1, (byte) (1 + sender / ADDRESSES_A_BYTE), (byte) (1 + sender % ADDRESSES_A_BYTE)});
    }
}
