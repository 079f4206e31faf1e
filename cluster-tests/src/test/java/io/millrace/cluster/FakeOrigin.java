package io.millrace.cluster;

import io.millrace.cluster.rtmp.ChunkScanner;
import io.millrace.cluster.rtmp.ChunkWriter;
import io.millrace.cluster.rtmp.Message;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An origin to look at: speaks just enough RTMP to take one stream a connection, and keeps all it was sent. What it plays is
 * what the test gives it. Names its message stream 7, as no client does.
 */
final class FakeOrigin implements AutoCloseable {

    private static final int REAL_IP_PREFIX = 0xf3;
    private static final int HANDSHAKE_BYTES = 1_536;
    private static final int MESSAGE_STREAM = 7;

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Visit> visits = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<Message> toPlay = new CopyOnWriteArrayList<>();

    /**
     * One connection.
     *
     * @param prefix what came before the handshake
     * @param messages in the order of arrival
     */
    record Visit(List<Byte> prefix, List<Message> messages) {

        /** The payload of the command of this name, or empty bytes if it did not come. */
        byte[] command(String name) {
            return messages.stream()
                    .filter(message -> message.type() == Message.COMMAND)
                    .filter(message -> name.equals(message.values().getFirst()))
                    .map(Message::payload)
                    .findFirst()
                    .orElse(new byte[0]);
        }

        /** The stream that publish or play named. */
        String stream() {
            return messages.stream()
                    .filter(message -> message.type() == Message.COMMAND)
                    .map(Message::values)
                    .filter(values -> "publish".equals(values.getFirst()) || "play".equals(values.getFirst()))
                    .map(values -> String.valueOf(values.get(3)))
                    .findFirst()
                    .orElse("");
        }

        List<Message> media() {
            return messages.stream()
                    .filter(message -> message.type() == Message.AUDIO || message.type() == Message.VIDEO)
                    .toList();
        }
    }

    FakeOrigin() throws IOException {
        Thread.ofVirtual().start(this::accept);
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
            DataInputStream in = new DataInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            Visit visit = new Visit(new CopyOnWriteArrayList<>(), new CopyOnWriteArrayList<>());
            int version = in.readUnsignedByte();
            if (version == REAL_IP_PREFIX) {
                visit.prefix().add((byte) version);
                int length = in.readUnsignedShort();
                visit.prefix().add((byte) (length >> 8));
                visit.prefix().add((byte) length);
                for (int i = 0; i < length; i++) {
                    visit.prefix().add(in.readByte());
                }
                version = in.readUnsignedByte();
            }
            if (version != 3) {
                throw new EOFException("not RTMP: " + version);
            }
            visits.add(visit);
            byte[] hello = new byte[HANDSHAKE_BYTES];
            in.readFully(hello);
            out.write(3);
            out.write(new byte[HANDSHAKE_BYTES]);
            out.write(hello);
            in.readFully(hello);
            ChunkWriter writer = new ChunkWriter();
            ChunkScanner scanner = new ChunkScanner(Integer.MAX_VALUE, (message, length) -> {
                visit.messages().add(message);
                answer(message, writer, out);
            });
            byte[] buffer = new byte[1 << 16];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                scanner.feed(ByteBuffer.wrap(buffer, 0, count));
            }
        } catch (EOFException | SocketException gone) {
            return;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void answer(Message message, ChunkWriter writer, OutputStream out) {
        if (message.type() != Message.COMMAND) {
            return;
        }
        List<?> values = message.values();
        try {
            switch (String.valueOf(values.getFirst())) {
                case "connect" ->
                    out.write(writer.write(Message.command(
                            0,
                            "_result",
                            values.get(1),
                            Map.of("fmsVer", "FMS/3,0,1,123"),
                            Map.of("level", "status", "code", "NetConnection.Connect.Success"))));
                case "createStream" ->
                    out.write(writer.write(Message.command(0, "_result", values.get(1), null, MESSAGE_STREAM)));
                case "publish" -> out.write(status(writer, "NetStream.Publish.Start"));
                case "play" -> {
                    out.write(status(writer, "NetStream.Play.Start"));
                    for (Message media : toPlay) {
                        out.write(writer.write(media));
                    }
                }
                default -> {
                    // releaseStream and its like want no answer.
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static byte[] status(ChunkWriter writer, String code) {
        return writer.write(
                Message.command(MESSAGE_STREAM, "onStatus", 0, null, Map.of("level", "status", "code", code)));
    }

    int port() {
        return server.getLocalPort();
    }

    /** Every player gets these, at once. */
    void plays(int chunkStream, int type, int timestamp, byte[] payload) {
        toPlay.add(new Message(chunkStream, type, timestamp, MESSAGE_STREAM, payload));
    }

    /** The connection on which a stream was asked for; its name without the query. */
    Visit awaitVisit(String stream) {
        Await.until(
                Duration.ofSeconds(10),
                stream + " was asked for",
                () -> visits.stream().anyMatch(visit -> visit.stream().equals(stream)),
                () -> "seen: " + visits.stream().map(Visit::stream).toList());
        return visits.stream()
                .filter(visit -> visit.stream().equals(stream))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
