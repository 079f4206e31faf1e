package io.millrace.cluster.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A viewer of HTTP-FLV that never blocks. Looks for send stamps in what it reads without following the framing around them. */
final class HttpViewer implements CrowdMember {

    private final SocketChannel channel;
    private final String request;
    private final DelayHistogram delays;
    private String problem = "";
    private boolean playing;
    private long lastReadNanos;

    /** Begins to connect. */
    HttpViewer(InetSocketAddress address, String path, Selector selector, DelayHistogram delays) throws IOException {
        this.request = "GET " + path + " HTTP/1.1\r\nHost: " + address.getHostString() + "\r\n\r\n";
        this.delays = delays;
        channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        boolean connected = channel.connect(address);
        channel.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
        if (connected) {
            ask();
        }
    }

    private void ask() throws IOException {
        ByteBuffer out = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
        channel.write(out);
        if (out.hasRemaining()) {
            throw new IOException("the server takes nothing");
        }
    }

    @Override
    public int ready(SelectionKey key, ByteBuffer buffer) {
        try {
            if (key.isConnectable() && channel.finishConnect()) {
                key.interestOps(SelectionKey.OP_READ);
                ask();
            }
            return key.isReadable() ? read(buffer) : 0;
        } catch (IOException e) {
            problem = e.toString();
            playing = false;
            close();
            return 0;
        }
    }

    private int read(ByteBuffer buffer) throws IOException {
        buffer.clear();
        int count = channel.read(buffer);
        if (count < 0) {
            throw new EOFException("closed by the server");
        }
        lastReadNanos = System.nanoTime();
        buffer.flip();
        if (!playing && count > 0) {
            String status = StandardCharsets.ISO_8859_1
                    .decode(buffer.slice(0, Math.min(count, 12)))
                    .toString();
            if (!status.endsWith(" 200")) {
                throw new IOException("the answer is " + status);
            }
            playing = true;
        }
        SendStamp.find(buffer, sent -> delays.add(lastReadNanos - sent));
        return count;
    }

    @Override
    public boolean isPlaying() {
        return playing;
    }

    @Override
    public boolean sawFrameSince(long nanos) {
        return playing && lastReadNanos - nanos >= 0;
    }

    @Override
    public String story() {
        return (playing ? "playing" : "not playing") + (problem.isEmpty() ? "" : ": " + problem);
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
