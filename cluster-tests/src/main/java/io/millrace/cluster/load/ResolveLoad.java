package io.millrace.cluster.load;

import io.millrace.cluster.plane.ControlPlane;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Requests that go out when they are due, over whichever connection has none under way. The caller's thread sends, one more
 * thread reads, and next to nothing is made for a request: the generator shares the machine with what it measures.
 */
public final class ResolveLoad implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 30;
    private static final int NAME_DIGITS = 9;

    private final Selector selector = Selector.open();
    private final List<Connection> connections = new ArrayList<>();
    private final BlockingQueue<Connection> idle;
    private final LongSupplier numbers;
    private final ByteBuffer request;
    private final int nameEnd;
    private final Thread reader =
            Thread.ofPlatform().daemon().name("resolve answers").unstarted(this::readAnswers);

    private volatile Run run = new Run(0);
    private volatile @Nullable IOException failure;

    /** @param seconds from the first request's due time to the last answer */
    public record Outcome(DelayHistogram delays, double seconds) {}

    /** What one run has got so far; its histogram belongs to the reading thread until the latch is down. */
    private static final class Run {

        private final DelayHistogram delays = new DelayHistogram();
        private final CountDownLatch unanswered;

        Run(int requests) {
            this.unanswered = new CountDownLatch(requests);
        }
    }

    /**
     * @param ports of control planes, which are asked in turns
     * @param prefix of a stream's key, which ends with a number of nine digits
     * @param intent publish or play
     * @param numbers which stream is asked for next
     */
    public ResolveLoad(List<Integer> ports, int connections, String prefix, String intent, LongSupplier numbers)
            throws IOException {
        this.numbers = numbers;
        this.idle = new ArrayBlockingQueue<>(connections);
        String body = "{\"worker\":\"bench\",\"stream\":\"" + prefix + "0".repeat(NAME_DIGITS) + "\",\"intent\":\""
                + intent + "\",\"protocol\":\"rtmp\",\"failed\":[]}";
        String text = "POST /internal/v1/resolve HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer " + ControlPlane.TOKEN
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        this.nameEnd = text.indexOf("\",\"intent");
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        this.request = ByteBuffer.allocateDirect(bytes.length).put(bytes);
        for (int i = 0; i < connections; i++) {
            Connection connection = new Connection(ports.get(i % ports.size()));
            this.connections.add(connection);
            idle.add(connection);
        }
        reader.start();
    }

    /** Sends at an even rate for as long as is said and returns when everything is answered. */
    public Outcome run(int rate, int seconds) throws IOException, InterruptedException {
        int requests = Math.multiplyExact(rate, seconds);
        Run mine = new Run(requests);
        run = mine;
        long begin = System.nanoTime();
        for (int i = 0; i < requests; i++) {
            long due = begin + TimeUnit.SECONDS.toNanos(1) * i / rate;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            Connection connection = idle.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            check();
            if (connection == null) {
                throw silent();
            }
            connection.send(due);
        }
        if (!mine.unanswered.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw silent();
        }
        check();
        return new Outcome(mine.delays, (System.nanoTime() - begin) / 1e9);
    }

    private void check() throws IOException {
        IOException wrong = failure;
        if (wrong != null) {
            throw new IOException("the control plane did not answer as it should", wrong);
        }
    }

    private static IOException silent() {
        return new IOException("no answer for " + PATIENCE_SECONDS + " s");
    }

    private void readAnswers() {
        try {
            while (selector.isOpen()) {
                selector.select(this::read);
            }
        } catch (AnswerException e) {
            fail(e.reason);
        } catch (IOException e) {
            fail(e);
        }
    }

    private void fail(IOException e) {
        failure = e;
        // Whoever waits for an answer is let go to see the failure.
        Run mine = run;
        while (mine.unanswered.getCount() > 0) {
            mine.unanswered.countDown();
        }
        idle.addAll(connections.subList(0, idle.remainingCapacity()));
    }

    private void read(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        try {
            if (connection.answered()) {
                Run mine = run;
                mine.delays.add(System.nanoTime() - connection.due);
                idle.add(connection);
                mine.unanswered.countDown();
            }
        } catch (IOException e) {
            throw new AnswerException(e);
        }
    }

    @Override
    public void close() throws IOException {
        selector.close();
        for (Connection connection : connections) {
            connection.channel.close();
        }
    }

    /** Carries what is wrong through the selector's callback. */
    private static final class AnswerException extends RuntimeException {

        private static final long serialVersionUID = 1L;
        private final IOException reason;

        AnswerException(IOException reason) {
            super(reason);
            this.reason = reason;
        }
    }

    private final class Connection {

        private final SocketChannel channel;
        private final ByteBuffer answer = ByteBuffer.allocate(16 * 1024);

        /** When its request was due; written by the sender before the request goes out. */
        private volatile long due;

        Connection(int port) throws IOException {
            channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, this);
        }

        void send(long dueNanos) throws IOException {
            due = dueNanos;
            nameStream();
            request.clear();
            channel.write(request);
            if (request.hasRemaining()) {
                throw new IOException("a request did not fit into the socket, which has none under way");
            }
        }

        private void nameStream() {
            long number = numbers.getAsLong();
            for (int i = nameEnd - 1; i >= nameEnd - NAME_DIGITS; i--) {
                request.put(i, (byte) ('0' + number % 10));
                number /= 10;
            }
        }

        /** Reads what is there; whether the answer is whole. */
        boolean answered() throws IOException {
            if (channel.read(answer) < 0) {
                throw new IOException("the control plane closed the connection");
            }
            String text = new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1);
            int body = text.indexOf("\r\n\r\n") + 4;
            if (body < 4 || text.length() < body + contentLength(text, body)) {
                return false;
            }
            if (!text.startsWith("HTTP/1.1 200 ") || !text.contains("\"bound\"")) {
                throw new IOException("the control plane answered " + text);
            }
            answer.clear();
            return true;
        }

        private static int contentLength(String text, int headEnd) {
            String name = "\r\ncontent-length:";
            for (int at = text.indexOf("\r\n"); at < headEnd - 4; at = text.indexOf("\r\n", at + 2)) {
                if (text.regionMatches(true, at, name, 0, name.length())) {
                    return Integer.parseInt(text.substring(at + name.length(), text.indexOf("\r\n", at + 2))
                            .strip());
                }
            }
            return 0;
        }
    }
}
