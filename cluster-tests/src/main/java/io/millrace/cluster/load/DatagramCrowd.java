package io.millrace.cluster.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * An origin and the clients of one relay, as far as datagrams go: each client introduces itself with a connectivity check, which the
 * origin answers; then the origin sends everybody the frames of a video, each frame as a burst of datagrams.
 */
final class DatagramCrowd implements AutoCloseable {

    static final int FRAMES_PER_SECOND = 30;
    static final int DATAGRAMS_PER_FRAME = 10;
    static final int DATAGRAM_BYTES = 1_200;

    private static final int RTP = 0x80;
    private static final int CHECK_SUCCESS = 0x0101;
    private static final int MAGIC_COOKIE = 0x2112A442;
    private static final int SOCKET_BUFFER = 1 << 20;
    private static final int FIRST_CONTACT_TRIES = 50;

    private final DatagramChannel origin;
    private final List<DatagramChannel> clients = new ArrayList<>();
    private final List<SocketAddress> seenByOrigin = new ArrayList<>();
    private final ByteBuffer out = ByteBuffer.allocateDirect(DATAGRAM_BYTES);
    private final ByteBuffer in = ByteBuffer.allocateDirect(2 * DATAGRAM_BYTES);

    /** @param delayMillis99 from the origin's send to the client's receive */
    record Outcome(long sent, long received, double delayMillis50, double delayMillis99) {}

    DatagramCrowd() throws IOException {
        origin = open();
        origin.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        origin.configureBlocking(false);
    }

    private static DatagramChannel open() throws IOException {
        return DatagramChannel.open()
                .setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER)
                .setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER);
    }

    int originPort() throws IOException {
        return ((InetSocketAddress) origin.getLocalAddress()).getPort();
    }

    /** @param ufrags one for each client */
    void connect(int relayPort, List<String> ufrags) throws IOException {
        for (DatagramChannel client : clients) {
            client.close();
        }
        clients.clear();
        forgetLateChecks();
        seenByOrigin.clear();
        for (int i = 0; i < ufrags.size(); i++) {
            DatagramChannel client = open();
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), relayPort));
            client.configureBlocking(false);
            clients.add(client);
            introduce(client, ufrags.get(i), i);
        }
    }

    /** A check that was sent twice, and whose second copy came when its client was already known, would count as one more viewer. */
    private void forgetLateChecks() throws IOException {
        do {
            in.clear();
        } while (origin.receive(in) != null);
    }

    private void introduce(DatagramChannel client, String ufrag, int number) throws IOException {
        for (int i = 0; i < FIRST_CONTACT_TRIES; i++) {
            client.write(check(ufrag, (long) number << 32 | i));
            LockSupport.parkNanos(20_000_000);
            answerChecks();
            LockSupport.parkNanos(20_000_000);
            in.clear();
            if (client.read(in) > 0) {
                return;
            }
        }
        throw new IllegalStateException("the relay lets client " + number + " not through");
    }

    /** It nominates: a client that comes again with another address wants its media there. */
    private static ByteBuffer check(String ufrag, long id) {
        byte[] name = (ufrag + ":client").getBytes(StandardCharsets.US_ASCII);
        int padded = (name.length + 3) & ~3;
        return ByteBuffer.allocate(28 + padded)
                .putShort((short) 1)
                .putShort((short) (8 + padded))
                .putInt(MAGIC_COOKIE)
                .putLong(id)
                .putInt(0)
                .putShort((short) 0x0025)
                .putShort((short) 0)
                .putShort((short) 6)
                .putShort((short) name.length)
                .put(name)
                .rewind();
    }

    private void answerChecks() throws IOException {
        in.clear();
        for (SocketAddress from = origin.receive(in); from != null; from = origin.receive(in)) {
            if (!seenByOrigin.contains(from)) {
                seenByOrigin.add(from);
            }
            in.flip().limit(20);
            in.putShort(0, (short) CHECK_SUCCESS).putShort(2, (short) 0);
            origin.send(in, from);
            in.clear();
        }
    }

    /** @param atStart called when what is sent begins to count */
    Outcome measure(int warmSeconds, int seconds, Runnable atStart) throws IOException {
        DelayHistogram delays = new DelayHistogram();
        Receiver receiver = new Receiver(delays);
        Thread receiving = Thread.ofPlatform().name("datagram-clients").start(receiver);
        long frameNanos = 1_000_000_000L / FRAMES_PER_SECOND;
        long start = System.nanoTime();
        long countFrom = start + warmSeconds * 1_000_000_000L;
        long end = countFrom + seconds * 1_000_000_000L;
        long sent = 0;
        boolean counting = false;
        for (long due = start; due < end; due += frameNanos) {
            if (!counting && due >= countFrom) {
                counting = true;
                receiver.countFrom(due);
                atStart.run();
            }
            long wait = due - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(wait);
            }
            // All watch the same stream: an origin sends them each frame when it has it.
            for (SocketAddress viewer : seenByOrigin) {
                sendFrame(viewer);
                sent += counting ? DATAGRAMS_PER_FRAME : 0;
            }
        }
        LockSupport.parkNanos(300_000_000);
        receiver.stop();
        try {
            receiving.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return new Outcome(sent, receiver.received(), delays.quantile(0.5), delays.quantile(0.99));
    }

    private void sendFrame(SocketAddress to) throws IOException {
        for (int i = 0; i < DATAGRAMS_PER_FRAME; i++) {
            out.clear();
            out.put(0, (byte) RTP).putLong(8, System.nanoTime());
            origin.send(out, to);
        }
    }

    /** All clients, on a thread of their own. */
    private final class Receiver implements Runnable {

        private final DelayHistogram delays;
        private volatile boolean stopped;
        private volatile long countFromNanos = Long.MAX_VALUE;
        private volatile long received;

        Receiver(DelayHistogram delays) {
            this.delays = delays;
        }

        void countFrom(long nanos) {
            countFromNanos = nanos;
        }

        void stop() {
            stopped = true;
        }

        long received() {
            return received;
        }

        @Override
        public void run() {
            ByteBuffer buffer = ByteBuffer.allocateDirect(2 * DATAGRAM_BYTES);
            long count = 0;
            try (Selector selector = Selector.open()) {
                for (DatagramChannel client : clients) {
                    client.register(selector, SelectionKey.OP_READ);
                }
                while (!stopped) {
                    selector.select(50);
                    for (SelectionKey key : selector.selectedKeys()) {
                        count += drain((DatagramChannel) key.channel(), buffer);
                    }
                    selector.selectedKeys().clear();
                    received = count;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private long drain(DatagramChannel client, ByteBuffer buffer) throws IOException {
            long count = 0;
            buffer.clear();
            while (client.read(buffer) > 0) {
                long sentAt = buffer.getLong(8);
                if (buffer.position() == DATAGRAM_BYTES && sentAt >= countFromNanos) {
                    delays.add(System.nanoTime() - sentAt);
                    count++;
                }
                buffer.clear();
            }
            return count;
        }
    }

    @Override
    public void close() throws IOException {
        origin.close();
        for (DatagramChannel client : clients) {
            client.close();
        }
    }
}
