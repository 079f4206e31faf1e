package io.millrace.cluster.network;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A bad network for datagrams: what is sent to its port goes on to one target and back, but some of it is lost and some comes later
 * than what was sent after it.
 */
public final class LossyPipe implements AutoCloseable {

    private static final int LONGEST = 2_048;

    /** What may wait to be overtaken, for each client and direction. */
    private static final int MOST_HELD = 16;

    /** How many of those that come after it overtake a datagram at most. */
    private static final int MOST_OVERTAKING = 4;

    private final DatagramSocket front;
    private final InetSocketAddress target;
    private final Weather weather;
    private final Map<SocketAddress, Lane> lanes = new ConcurrentHashMap<>();
    private final AtomicLong passed = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong late = new AtomicLong();

    /** How bad it is. The same seed loses the same datagrams of a client, counted from its first. */
    public record Weather(double loss, double reordering, long seed) {}

    public LossyPipe(int targetPort, Weather weather) throws IOException {
        this.front = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort);
        this.weather = weather;
        Thread.ofVirtual().start(this::carryForth);
    }

    public int port() {
        return front.getLocalPort();
    }

    public long passed() {
        return passed.get();
    }

    public long lost() {
        return lost.get();
    }

    public long late() {
        return late.get();
    }

    /** One client: its socket towards the target, and both directions. */
    private final class Lane {
        private final DatagramSocket back;
        private final Direction forth;

        Lane(SocketAddress client) throws IOException {
            back = new DatagramSocket(0, InetAddress.getLoopbackAddress());
            forth = new Direction(back, target, weather.seed());
            Direction toClient = new Direction(front, client, weather.seed() + 1);
            Thread.ofVirtual().start(() -> carry(back, (bytes, from) -> toClient.send(bytes)));
        }
    }

    /** A datagram that others overtake. */
    private static final class Held {
        private final byte[] bytes;
        private final int overtakenBy;

        Held(byte[] bytes, int overtakenBy) {
            this.bytes = bytes;
            this.overtakenBy = overtakenBy;
        }
    }

    private final class Direction {
        private final DatagramSocket out;
        private final SocketAddress to;
        private final Random random;
        private final Deque<Held> held = new ArrayDeque<>();

        Direction(DatagramSocket out, SocketAddress to, long seed) {
            this.out = out;
            this.to = to;
            this.random = new Random(seed);
        }

        void send(byte[] bytes) throws IOException {
            if (random.nextDouble() < weather.loss()) {
                lost.incrementAndGet();
                return;
            }
            if (random.nextDouble() < weather.reordering() && held.size() < MOST_HELD) {
                late.incrementAndGet();
                held.add(new Held(bytes, 1 + random.nextInt(MOST_OVERTAKING)));
                return;
            }
            pass(bytes);
            for (int waiting = held.size(); waiting > 0; waiting--) {
                Held next = held.remove();
                if (next.overtakenBy <= 1) {
                    pass(next.bytes);
                } else {
                    held.add(new Held(next.bytes, next.overtakenBy - 1));
                }
            }
        }

        private void pass(byte[] bytes) throws IOException {
            passed.incrementAndGet();
            out.send(new DatagramPacket(bytes, bytes.length, to));
        }
    }

    private interface Receiver {
        void receive(byte[] bytes, SocketAddress from) throws IOException;
    }

    private void carryForth() {
        carry(front, (bytes, from) -> {
            Lane lane = lanes.get(from);
            if (lane == null) {
                lane = new Lane(from);
                lanes.put(from, lane);
            }
            lane.forth.send(bytes);
        });
    }

    private static void carry(DatagramSocket in, Receiver receiver) {
        byte[] buffer = new byte[LONGEST];
        while (!in.isClosed()) {
            try {
                DatagramPacket datagram = new DatagramPacket(buffer, buffer.length);
                in.receive(datagram);
                receiver.receive(Arrays.copyOf(buffer, datagram.getLength()), datagram.getSocketAddress());
            } catch (IOException e) {
                // Closed, or one datagram that cannot be sent: a bad network loses it.
            }
        }
    }

    @Override
    public void close() {
        front.close();
        lanes.values().forEach(lane -> lane.back.close());
    }
}
