package io.millrace.cluster;

import io.millrace.cluster.rtmp.FlvTag;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** HTTP-FLV of a recording that begins anew when it is over, at its own speed, as chunks; every path is the same stream. */
final class FlvBroadcast implements AutoCloseable {

    private static final byte[] FILE_HEADER = {'F', 'L', 'V', 1, 5, 0, 0, 0, 9, 0, 0, 0, 0};
    private static final int FRAME_MILLIS = 40;

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<FlvTag> headers;
    private final List<FlvTag> media;

    FlvBroadcast(Path recording) throws IOException {
        List<FlvTag> tags = FlvTag.readFile(recording);
        headers = tags.stream().filter(FlvTag::isHeader).toList();
        media = tags.stream().filter(tag -> !tag.isHeader()).toList();
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // By the test, which is over.
            return;
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            String request = in.readLine();
            for (String line = request; line != null && !line.isEmpty(); ) {
                line = in.readLine();
            }
            if (request != null) {
                broadcast(socket.getOutputStream());
            }
        } catch (IOException gone) {
            // The viewer went away.
            return;
        }
    }

    private void broadcast(OutputStream out) throws IOException {
        out.write(
                "HTTP/1.1 200 OK\r\nContent-Type: video/x-flv\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                        .getBytes(StandardCharsets.ISO_8859_1));
        ByteArrayOutputStream begin = new ByteArrayOutputStream();
        begin.writeBytes(FILE_HEADER);
        headers.forEach(tag -> begin.writeBytes(bytes(tag, 0)));
        chunk(out, begin.toByteArray());
        int lap = media.getLast().timestamp() + FRAME_MILLIS;
        long started = System.nanoTime();
        for (int offset = 0; ; offset += lap) {
            for (FlvTag tag : media) {
                int timestamp = tag.timestamp() + offset;
                long early = timestamp - (System.nanoTime() - started) / 1_000_000;
                if (early > 0) {
                    Await.pass(Duration.ofMillis(early));
                }
                chunk(out, bytes(tag, timestamp));
            }
        }
    }

    private static byte[] bytes(FlvTag tag, int timestamp) {
        int length = tag.body().length;
        return ByteBuffer.allocate(11 + length + 4)
                .putInt(tag.type() << 24 | length)
                .put((byte) (timestamp >> 16))
                .putShort((short) timestamp)
                .put((byte) (timestamp >> 24))
                .put(new byte[3])
                .put(tag.body())
                .putInt(11 + length)
                .array();
    }

    private static void chunk(OutputStream out, byte[] bytes) throws IOException {
        out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        out.write(bytes);
        out.write("\r\n".getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
