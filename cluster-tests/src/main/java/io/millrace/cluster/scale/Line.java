package io.millrace.cluster.scale;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection to a control plane with at most one request under way; opened again when it broke. Only on its loop. */
final class Line {

    private static final int USUAL_ANSWER = 2 * 1024;
    private static final int LARGEST_ANSWER = 16 * 1024 * 1024;
    private static final int STATUS_AT = 9;
    private static final String LENGTH = "content-length:";
    private static final String CHUNKED = "transfer-encoding: chunked";

    /** How an answer in chunks ends. JSON on one line holds no line break, so this stands nowhere else. */
    private static final byte[] LAST_CHUNK = "\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Loop loop;
    private final int port;
    private @Nullable SocketChannel channel;
    private @Nullable SelectionKey key;
    private byte[] in = new byte[USUAL_ANSWER];
    private int read;
    private int headEnd;
    private int answerEnd;
    private boolean chunked;
    private ByteBuffer out = ByteBuffer.allocate(0);
    private @Nullable Consumer<Answer> whenAnswered;

    Line(Loop loop, int port) {
        this.loop = loop;
        this.port = port;
    }

    void exchange(byte[] request, Consumer<Answer> then) {
        if (whenAnswered != null) {
            throw new IllegalStateException("a request is under way on this connection");
        }
        whenAnswered = then;
        read = 0;
        headEnd = 0;
        out = ByteBuffer.wrap(request);
        try {
            write(open());
        } catch (IOException e) {
            broken();
        }
    }

    private SocketChannel open() throws IOException {
        SocketChannel there = channel;
        if (there == null) {
            there = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            there.setOption(StandardSocketOptions.TCP_NODELAY, true);
            there.configureBlocking(false);
            key = there.register(loop.selector(), SelectionKey.OP_READ, this);
            channel = there;
        }
        return there;
    }

    private void write(SocketChannel to) throws IOException {
        to.write(out);
        if (key != null) {
            key.interestOps(out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        }
    }

    void ready(SelectionKey ready) {
        SocketChannel from = channel;
        if (from == null) {
            return;
        }
        try {
            if (ready.isWritable()) {
                write(from);
            }
            if (ready.isReadable()) {
                read(from);
            }
        } catch (IOException e) {
            broken();
        }
    }

    private void read(SocketChannel from) throws IOException {
        int count = from.read(ByteBuffer.wrap(in, read, in.length - read));
        if (count < 0) {
            throw new EOFException();
        }
        read += count;
        if (headEnd == 0 && !headIsWhole()) {
            grow(in.length);
            return;
        }
        grow(answerEnd);
        if (chunked ? endsWithLastChunk() : read >= answerEnd) {
            answered();
        }
    }

    private boolean endsWithLastChunk() {
        int from = read - LAST_CHUNK.length;
        return from >= headEnd - 2 && Arrays.equals(in, from, read, LAST_CHUNK, 0, LAST_CHUNK.length);
    }

    private void grow(int wanted) throws IOException {
        if (wanted > LARGEST_ANSWER) {
            throw new IOException("an answer of " + wanted + " bytes");
        }
        int size = read == in.length ? in.length * 2 : in.length;
        in = Math.max(size, wanted) == in.length ? in : Arrays.copyOf(in, Math.max(size, wanted));
    }

    private boolean headIsWhole() {
        for (int i = 0; i + 4 <= read; i++) {
            if (in[i] == '\r' && in[i + 1] == '\n' && in[i + 2] == '\r' && in[i + 3] == '\n') {
                headEnd = i + 4;
                answerEnd = headEnd;
                chunked = false;
                new String(in, 0, i, StandardCharsets.ISO_8859_1).lines().forEach(this::header);
                return true;
            }
        }
        return false;
    }

    private void header(String line) {
        if (line.regionMatches(true, 0, LENGTH, 0, LENGTH.length())) {
            answerEnd += Integer.parseInt(line.substring(LENGTH.length()).strip());
        }
        chunked |= line.equalsIgnoreCase(CHUNKED);
    }

    private void answered() {
        int status = Integer.parseInt(new String(in, STATUS_AT, 3, StandardCharsets.ISO_8859_1));
        String body = new String(in, headEnd, read - headEnd, StandardCharsets.ISO_8859_1);
        int bytes = read;
        if (in.length > USUAL_ANSWER) {
            in = new byte[USUAL_ANSWER];
        }
        tell(new Answer(status, chunked ? joined(body) : body, bytes, System.nanoTime()));
    }

    private static String joined(String chunks) {
        StringBuilder body = new StringBuilder(chunks.length());
        int at = 0;
        while (true) {
            int lineEnd = chunks.indexOf("\r\n", at);
            int size = Integer.parseInt(chunks, at, lineEnd, 16);
            if (size == 0) {
                return body.toString();
            }
            body.append(chunks, lineEnd + 2, lineEnd + 2 + size);
            at = lineEnd + 2 + size + 2;
        }
    }

    private void broken() {
        SocketChannel gone = channel;
        channel = null;
        key = null;
        if (gone != null) {
            try {
                gone.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        // Later, so that a control plane that is away is not asked in a loop.
        loop.after(100_000_000, () -> tell(new Answer(0, "", 0, System.nanoTime())));
    }

    private void tell(Answer answer) {
        Consumer<Answer> then = whenAnswered;
        whenAnswered = null;
        if (then != null) {
            then.accept(answer);
        }
    }
}
