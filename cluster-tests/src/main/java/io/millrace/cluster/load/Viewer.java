package io.millrace.cluster.load;

import io.millrace.cluster.rtmp.ChunkScanner;
import io.millrace.cluster.rtmp.ChunkWriter;
import io.millrace.cluster.rtmp.Message;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** One viewer among many on a selector thread. What it writes is a few hundred bytes, which always fit the socket's buffer. */
final class Viewer implements CrowdMember {

    private static final int HANDSHAKE_BYTES = 1_536;
    private static final int ACKNOWLEDGE_EVERY = 1_000_000;

    private enum Phase {
        CONNECTING,
        SHAKING_HANDS,
        COMMANDS,
        PLAYING,
        LOST
    }

    private final InetSocketAddress address;
    private final String app;
    private final String stream;
    private final FrameListener frames;
    private final SocketChannel channel;
    private final ChunkWriter writer = new ChunkWriter();
    private final ChunkScanner scanner =
            new ChunkScanner(SendStamp.BYTES_NEEDED, (message, length) -> message(message));
    private final ByteBuffer handshake = ByteBuffer.allocate(1 + 2 * HANDSHAKE_BYTES);

    private Phase phase = Phase.CONNECTING;
    private String problem = "";
    private long received;
    private long acknowledged;
    private long lastFrameNanos;
    private long readNanos;
    private boolean failed;

    /** Hears of each video frame. */
    interface FrameListener {
        /**
         * @param head the first bytes of its body
         * @param atNanos when it was read
         */
        void frame(byte[] head, long atNanos);
    }

    /** Begins to connect. */
    Viewer(InetSocketAddress address, String app, String stream, Selector selector, FrameListener frames)
            throws IOException {
        this.address = address;
        this.app = app;
        this.stream = stream;
        this.frames = frames;
        channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        boolean connected = channel.connect(address);
        channel.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
        if (connected) {
            greet();
        }
    }

    @Override
    public int ready(SelectionKey key, ByteBuffer buffer) {
        try {
            if (key.isConnectable() && channel.finishConnect()) {
                key.interestOps(SelectionKey.OP_READ);
                greet();
            }
            return key.isReadable() ? read(buffer) : 0;
        } catch (IOException | RuntimeException e) {
            lose(e.toString());
            return 0;
        }
    }

    private void greet() throws IOException {
        byte[] hello = new byte[1 + HANDSHAKE_BYTES];
        new Random(System.nanoTime()).nextBytes(hello);
        ByteBuffer.wrap(hello).put((byte) 3).putLong(0);
        write(hello);
        phase = Phase.SHAKING_HANDS;
    }

    private int read(ByteBuffer buffer) throws IOException {
        buffer.clear();
        int count = channel.read(buffer);
        if (count < 0) {
            throw new EOFException("closed by the server while " + phase);
        }
        readNanos = System.nanoTime();
        received += count;
        buffer.flip();
        if (phase == Phase.SHAKING_HANDS) {
            while (buffer.hasRemaining() && handshake.hasRemaining()) {
                handshake.put(buffer.get());
            }
            if (!handshake.hasRemaining()) {
                write(Arrays.copyOfRange(handshake.array(), 1, 1 + HANDSHAKE_BYTES));
                phase = Phase.COMMANDS;
                Map<String, Object> members = new LinkedHashMap<>();
                members.put("app", app);
                members.put("flashVer", "LNX 9,0,124,2");
                members.put("tcUrl", "rtmp://" + address.getHostString() + ":" + address.getPort() + "/" + app);
                write(writer.write(Message.command(0, "connect", 1, members)));
            }
        }
        scanner.feed(buffer);
        if (failed) {
            throw new IOException(problem);
        }
        if (received - acknowledged > ACKNOWLEDGE_EVERY) {
            acknowledged = received;
            write(writer.write(Message.control(Message.ACKNOWLEDGEMENT, (int) received)));
        }
        return count;
    }

    private void message(Message message) {
        switch (message.type()) {
            case Message.VIDEO -> {
                phase = Phase.PLAYING;
                lastFrameNanos = readNanos;
                frames.frame(message.payload(), readNanos);
            }
            case Message.COMMAND -> command(message);
            default -> {
                // Audio counts as bytes; control messages were followed by the scanner.
            }
        }
    }

    private void command(Message message) {
        Object name = message.values().getFirst();
        Object transaction = message.values().get(1);
        try {
            if ("_result".equals(name) && Double.valueOf(1).equals(transaction)) {
                write(writer.write(Message.command(0, "createStream", 2, null)));
            } else if ("_result".equals(name) && Double.valueOf(2).equals(transaction)) {
                write(writer.write(Message.command(1, "play", 3, null, stream, -2000)));
            } else if ("_error".equals(name) || message.values().toString().contains("level=error")) {
                failed = true;
                problem = message.toString();
            }
        } catch (IOException e) {
            failed = true;
            problem = e.toString();
        }
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes);
        channel.write(out);
        if (out.hasRemaining()) {
            throw new IOException("the server takes nothing");
        }
    }

    private void lose(String why) {
        phase = Phase.LOST;
        problem = why;
        close();
    }

    @Override
    public boolean isPlaying() {
        return phase == Phase.PLAYING;
    }

    @Override
    public boolean sawFrameSince(long nanos) {
        return isPlaying() && lastFrameNanos - nanos >= 0;
    }

    @Override
    public String story() {
        return phase + (problem.isEmpty() ? "" : ": " + problem);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            problem = problem + " (close: " + e.getMessage() + ")";
        }
    }
}
