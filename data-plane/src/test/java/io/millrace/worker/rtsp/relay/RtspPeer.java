package io.millrace.worker.rtsp.relay;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One end of an RTSP connection on a blocking socket: sends and receives what a test wants. */
final class RtspPeer implements AutoCloseable {

    private final Socket socket;

    RtspPeer(Socket socket) {
        this.socket = socket;
        try {
            socket.setSoTimeout(20_000);
            socket.setTcpNoDelay(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static RtspPeer connect(int port) {
        try {
            return new RtspPeer(new Socket(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param lines without their ends; the empty one at the end comes by itself */
    void say(String... lines) {
        send(message("", lines));
    }

    static String message(String body, String... lines) {
        return String.join("\r\n", lines)
                + (body.isEmpty() ? "" : "\r\nContent-Length: " + body.length())
                + "\r\n\r\n"
                + body;
    }

    void send(String text) {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte... bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next message with its body, lines ended by {@code \n}; {@code END} when the connection has ended. */
    String receive() {
        try {
            InputStream in = socket.getInputStream();
            StringBuilder head = new StringBuilder();
            while (!head.toString().endsWith("\r\n\r\n")) {
                int value = in.read();
                if (value < 0) {
                    return head.append("END").toString();
                }
                head.append((char) value);
            }
            int length = head.toString()
                    .lines()
                    .filter(line -> line.startsWith("Content-Length: "))
                    .mapToInt(line -> Integer.parseInt(line.substring(16)))
                    .findFirst()
                    .orElse(0);
            String body = new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
            return (head + body).replace("\r\n", "\n").strip();
        } catch (IOException reset) {
            return "END";
        }
    }

    /** So many bytes. */
    byte[] receive(int bytes) {
        try {
            return socket.getInputStream().readNBytes(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An interleaved frame. */
    static byte[] frame(int channel, int length) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write('$');
        frame.write(channel);
        frame.write(length >> 8);
        frame.write(length);
        for (int i = 0; i < length; i++) {
            frame.write(i);
        }
        return frame.toByteArray();
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
