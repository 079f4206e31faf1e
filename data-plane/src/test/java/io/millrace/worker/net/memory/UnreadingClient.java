package io.millrace.worker.net.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.IntFunction;

/** A client that sends request after request and reads no answer until it is told to. */
public final class UnreadingClient implements AutoCloseable {

    /** A server that takes nothing for so long has stopped reading. */
    private static final Duration QUIET = Duration.ofMillis(1_500);

    private static final Duration LATEST = Duration.ofSeconds(30);

    /** More than a server may take: the sockets' buffers of both sides, and the bound. */
    public static final int FAR_TOO_MUCH = 64 << 20;

    /** What the system's own buffers may hold of it, generously. */
    private static final int MAY_BE_TAKEN = 24 << 20;

    private final SocketChannel socket;

    public UnreadingClient(int port) throws IOException {
        socket = SocketChannel.open();
        socket.setOption(StandardSocketOptions.SO_RCVBUF, 16 * 1024);
        socket.setOption(StandardSocketOptions.SO_SNDBUF, 64 * 1024);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** Sends it whole, as long as the server reads. */
    public void send(byte[] bytes) throws IOException {
        socket.configureBlocking(true);
        socket.write(ByteBuffer.wrap(bytes));
    }

    public InputStream answers() throws IOException {
        socket.configureBlocking(true);
        return socket.socket().getInputStream();
    }

    /**
     * Sends requests until the server takes no more; fails if it takes {@link #FAR_TOO_MUCH} or holds more than a few megabytes.
     *
     * @param request the request of a number
     * @return how many were sent; the last is completed when the answers are read
     */
    public Flood flood(IntFunction<byte[]> request, PendingBudget held) throws IOException {
        socket.configureBlocking(false);
        long accepted = 0;
        long mostHeld = 0;
        int requests = 0;
        long latest = System.nanoTime() + LATEST.toNanos();
        ByteBuffer left = ByteBuffer.allocate(0);
        try (Selector selector = Selector.open()) {
            SelectionKey key = socket.register(selector, SelectionKey.OP_WRITE);
            while (accepted < FAR_TOO_MUCH) {
                if (!left.hasRemaining()) {
                    left = ByteBuffer.wrap(request.apply(requests++));
                }
                int written = socket.write(left);
                accepted += written;
                mostHeld = Math.max(mostHeld, held.pending());
                if (written == 0) {
                    selector.selectedKeys().clear();
                    // One that holds no answer has not stopped: it is slow to come to read.
                    if (selector.select(QUIET.toMillis()) == 0 && (held.pending() > 0 || System.nanoTime() > latest)) {
                        break;
                    }
                }
            }
            key.cancel();
            selector.selectNow();
        }
        socket.configureBlocking(true);
        mostHeld = Math.max(mostHeld, held.pending());
        assertThat(accepted)
                .as("bytes taken from a client that reads no answers")
                .isLessThan(MAY_BE_TAKEN);
        assertThat(mostHeld).as("bytes held for it").isPositive().isLessThan(2 << 20);
        return new Flood(requests, left);
    }

    /** @param rest what the server did not take of the last request */
    public record Flood(int requests, ByteBuffer rest) {}

    /** Sends the rest of the last request, while somebody reads. */
    public void complete(Flood flood) {
        Thread.ofVirtual().start(() -> {
            try {
                socket.write(flood.rest());
            } catch (IOException e) {
                // Whoever waits for the last answer will miss it.
                assertThat(e).as("the connection ended before the last request").isNull();
            }
        });
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
