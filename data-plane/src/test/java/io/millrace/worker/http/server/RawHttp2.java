package io.millrace.worker.http.server;

import io.millrace.worker.net.tls.TlsClient;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A client that sends the frames it likes (RFC 9113), not those it should. */
final class RawHttp2 implements AutoCloseable {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int NO_ERROR = 0;
    static final int REFUSED_STREAM = 7;
    static final int ENHANCE_YOUR_CALM = 11;

    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    private final SSLSocket socket;
    private final DataInputStream in;

    RawHttp2(int port, byte[] settings) throws IOException {
        socket = (SSLSocket)
                TlsClient.trusting().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        in = new DataInputStream(socket.getInputStream());
        socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        send(SETTINGS, 0, 0, settings);
    }

    record Frame(int type, int flags, int stream, ByteBuffer payload) {

        boolean endsStream() {
            return (flags & END_STREAM) != 0;
        }

        /** Of RST_STREAM. */
        int error() {
            return payload.getInt(0);
        }

        /** Of GOAWAY. */
        int goAwayError() {
            return payload.getInt(4);
        }
    }

    void send(int type, int flags, int stream, byte[] payload) throws IOException {
        socket.getOutputStream().write(frame(type, flags, stream, payload));
    }

    static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    /** A GET without a body. */
    void get(int stream, String path) throws IOException {
        send(HEADERS, END_STREAM | END_HEADERS, stream, head(path));
    }

    /** GET, https, the path and an authority in HPACK without Huffman (RFC 7541, appendix A). */
    static byte[] head(String path) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x82, (byte) 0x87, 0x04, (byte) path.length()});
        out.writeBytes(path.getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(new byte[] {0x01, 1, 'x'});
        return out.toByteArray();
    }

    void cancel(int stream) throws IOException {
        send(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
    }

    void raw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    Frame next() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        return new Frame(type, flags, stream, ByteBuffer.wrap(in.readNBytes(length)));
    }

    Frame await(Predicate<Frame> wanted) throws IOException {
        Frame frame = next();
        while (!wanted.test(frame)) {
            frame = next();
        }
        return frame;
    }

    Frame await(int type) throws IOException {
        return await(frame -> frame.type() == type);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
