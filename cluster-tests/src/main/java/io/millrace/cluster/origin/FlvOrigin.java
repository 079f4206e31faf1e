package io.millrace.cluster.origin;

import io.millrace.cluster.rtmp.FlvTag;
import io.millrace.cluster.rtmp.Message;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * An origin of HTTP-FLV: plays a recording at its own speed, again and again, to everybody from its beginning. The name of the
 * stream says how: {@code missing...} is answered 404, {@code closing...} ends with the connection, {@code flood...} comes as fast as it is
 * taken; others are chunked. Clients of HTTP/1.0 get no chunks.
 */
public final class FlvOrigin implements AutoCloseable {

    private static final byte[] FILE_HEADER = {'F', 'L', 'V', 1, 5, 0, 0, 0, 9, 0, 0, 0, 0};
    private static final int GAP_BETWEEN_TURNS_MILLIS = 33;

    /** Marks a frame before it leaves. */
    public interface Stamp {
        void set(byte[] body, long nanos);
    }

    private final List<FlvTag> recording;
    private final Stamp stamp;
    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final AtomicLong written = new AtomicLong();

    public FlvOrigin(List<FlvTag> recording) throws IOException {
        this(recording, (body, nanos) -> {});
    }

    /** @param stamp puts the moment of sending into each video frame */
    public FlvOrigin(List<FlvTag> recording, Stamp stamp) throws IOException {
        this.recording = recording;
        this.stamp = stamp;
        this.server = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            StringBuilder head = new StringBuilder();
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                head.append(line).append('\n');
            }
            String asked = head.toString();
            heads.add(asked);
            answer(asked, socket.getOutputStream());
        } catch (IOException gone) {
            return;
        } finally {
            open.remove(socket);
        }
    }

    private void answer(String head, OutputStream out) throws IOException {
        String line = head.lines().findFirst().orElse("");
        String name = line.replaceFirst("\\S+ /(?:\\S*/)?", "");
        if (name.startsWith("missing")) {
            write(
                    out,
                    "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 14\r\n\r\nno such stream");
            return;
        }
        boolean old = line.endsWith("HTTP/1.0");
        boolean chunked = !old && !name.startsWith("closing");
        write(
                out,
                (old ? "HTTP/1.0" : "HTTP/1.1") + " 200 OK\r\nServer: tests\r\nContent-Type: video/x-flv\r\n"
                        + (chunked ? "Transfer-Encoding: chunked\r\n" : "") + "Connection: close\r\n\r\n");
        if (line.startsWith("HEAD")) {
            return;
        }
        if (name.startsWith("flood")) {
            flood(out, chunked);
        } else {
            play(new BufferedOutputStream(out, 256 * 1024), chunked);
        }
    }

    private void flood(OutputStream out, boolean chunked) throws IOException {
        byte[] block = new byte[64 * 1024];
        while (true) {
            piece(out, chunked, block);
        }
    }

    private void play(OutputStream out, boolean chunked) throws IOException {
        piece(out, chunked, FILE_HEADER);
        long start = System.nanoTime();
        long length = (long) recording.getLast().timestamp() + GAP_BETWEEN_TURNS_MILLIS;
        for (long turn = 0; ; turn += length) {
            for (FlvTag tag : recording) {
                if (turn > 0 && tag.isHeader()) {
                    continue;
                }
                long due = start + TimeUnit.MILLISECONDS.toNanos(turn + tag.timestamp());
                long left = due - System.nanoTime();
                if (left > 0) {
                    out.flush();
                }
                for (; left > 0; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                piece(out, chunked, encoded(tag, (int) (turn + tag.timestamp())));
            }
        }
    }

    private byte[] encoded(FlvTag tag, int timestamp) {
        int length = tag.body().length;
        ByteBuffer out = ByteBuffer.allocate(11 + length + 4);
        out.put((byte) tag.type());
        out.put((byte) (length >> 16)).putShort((short) length);
        out.put((byte) (timestamp >> 16)).putShort((short) timestamp).put((byte) (timestamp >> 24));
        out.put((byte) 0).putShort((short) 0);
        byte[] body = tag.body();
        if (tag.type() == Message.VIDEO && !tag.isHeader()) {
            body = body.clone();
            stamp.set(body, System.nanoTime());
        }
        out.put(body).putInt(11 + length);
        return out.array();
    }

    private void piece(OutputStream out, boolean chunked, byte[] bytes) throws IOException {
        if (chunked) {
            write(out, Integer.toHexString(bytes.length) + "\r\n");
        }
        out.write(bytes);
        if (chunked) {
            write(out, "\r\n");
        }
        written.addAndGet(bytes.length);
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public int port() {
        return server.getLocalPort();
    }

    /** The heads of all requests, in the order of arrival. */
    public List<String> heads() {
        return heads;
    }

    /** Bytes of media that left so far, to whomever. */
    public long written() {
        return written.get();
    }

    /** Connections that are open now. */
    public int viewers() {
        return open.size();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
