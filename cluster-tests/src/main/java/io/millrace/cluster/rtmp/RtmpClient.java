package io.millrace.cluster.rtmp;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One RTMP connection with one stream on it. Blocking; every read has a limit. */
public final class RtmpClient implements AutoCloseable {

    private static final int HANDSHAKE_BYTES = 1_536;
    private static final int CHUNK_SIZE = 60_000;
    private static final Duration READ_LIMIT = Duration.ofSeconds(15);
    private static final int MOST_AHEAD = 8 << 20;

    private final Target target;
    private final Socket socket = new Socket();
    private final ChunkWriter writer = new ChunkWriter();
    private final Deque<Message> arrived = new ArrayDeque<>();
    private final ChunkScanner scanner = new ChunkScanner(Integer.MAX_VALUE, (message, length) -> arrived.add(message));
    private final byte[] buffer = new byte[1 << 16];
    private final InputStream in;
    private final OutputStream out;

    private int window = 2_500_000;
    private long received;
    private long acknowledged;
    private int messageStream;

    /**
     * Whom to call and what to say.
     *
     * @param stream the name given to publish or play, with its query
     */
    public record Target(String host, int port, String tcUrl, String app, String stream) {

        /** Splits a URL at its last slash before the query, as players do. */
        public static Target of(String url) {
            URI uri = URI.create(url);
            String path = uri.getRawPath().substring(1);
            int slash = path.lastIndexOf('/');
            String app = path.substring(0, slash);
            String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            String host = uri.getHost();
            String authority = host + ":" + uri.getPort();
            return new Target(
                    host.replace("[", "").replace("]", ""),
                    uri.getPort(),
                    "rtmp://" + authority + "/" + app,
                    app,
                    path.substring(slash + 1) + query);
        }

        public Target withTcUrl(String next) {
            return new Target(host, port, next, app, stream);
        }
    }

    private RtmpClient(Target target, byte[] prelude) throws IOException {
        this.target = target;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) READ_LIMIT.toMillis());
        socket.connect(new InetSocketAddress(target.host(), target.port()), (int) READ_LIMIT.toMillis());
        in = socket.getInputStream();
        out = socket.getOutputStream();
        out.write(prelude);
        shakeHands();
    }

    /** Connected up to the handshake. */
    public static RtmpClient open(Target target) throws IOException {
        return open(target, new byte[0]);
    }

    /** @param prelude sent before the handshake, such as a PROXY protocol header */
    public static RtmpClient open(Target target, byte[] prelude) throws IOException {
        return new RtmpClient(target, prelude);
    }

    public static RtmpClient publish(String url) throws IOException {
        return publish(Target.of(url));
    }

    public static RtmpClient publish(Target target) throws IOException {
        return connected(target, RtmpClient::publish);
    }

    public static RtmpClient play(String url) throws IOException {
        return play(Target.of(url));
    }

    public static RtmpClient play(Target target) throws IOException {
        return connected(target, RtmpClient::play);
    }

    /** What a client asks for once it is connected. */
    private interface Wish {
        void ask(RtmpClient client) throws IOException;
    }

    private static RtmpClient connected(Target target, Wish wish) throws IOException {
        RtmpClient client = open(target);
        try {
            client.connect(Map.of());
            wish.ask(client);
            return client;
        } catch (IOException e) {
            client.close();
            throw e;
        }
    }

    private void shakeHands() throws IOException {
        byte[] hello = new byte[1 + HANDSHAKE_BYTES];
        new Random(System.nanoTime()).nextBytes(hello);
        hello[0] = 3;
        // Time 0 and version 0: the plain handshake, without digests.
        Arrays.fill(hello, 1, 9, (byte) 0);
        out.write(hello);
        byte[] answer = in.readNBytes(1 + 2 * HANDSHAKE_BYTES);
        if (answer.length < 1 + 2 * HANDSHAKE_BYTES) {
            throw new EOFException("the handshake ended after " + answer.length + " bytes");
        }
        received += answer.length;
        out.write(answer, 1, HANDSHAKE_BYTES);
    }

    /** @param more members of the connect object besides the usual ones */
    public Map<String, @Nullable Object> connect(Map<String, ?> more) throws IOException {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("app", target.app());
        members.put("type", "nonprivate");
        members.put("flashVer", "FMLE/3.0 (compatible; millrace tests)");
        members.put("tcUrl", target.tcUrl());
        members.putAll(more);
        send(Message.control(Message.SET_CHUNK_SIZE, CHUNK_SIZE));
        writer.chunkSize(CHUNK_SIZE);
        send(Message.command(0, "connect", 1, members));
        List<@Nullable Object> answer = awaitResult(1);
        return answer.size() > 3 ? members(answer.get(3)) : Map.of();
    }

    public void publish() throws IOException {
        send(Message.command(0, "releaseStream", 2, null, target.stream()));
        send(Message.command(0, "FCPublish", 3, null, target.stream()));
        createStream();
        send(Message.command(messageStream, "publish", 5, null, target.stream(), "live"));
        awaitStatus("NetStream.Publish.Start");
    }

    public void play() throws IOException {
        createStream();
        send(Message.command(messageStream, "play", 5, null, target.stream(), -2000));
        awaitStatus("NetStream.Play.Start");
    }

    private void createStream() throws IOException {
        send(Message.command(0, "createStream", 4, null));
        List<@Nullable Object> answer = awaitResult(4);
        messageStream = answer.get(3) instanceof Double number ? number.intValue() : 1;
    }

    private List<@Nullable Object> awaitResult(int transaction) throws IOException {
        while (true) {
            Message message = read();
            if (message.type() == Message.COMMAND) {
                List<@Nullable Object> values = message.values();
                String name = String.valueOf(values.getFirst());
                if (name.equals("onStatus") || name.equals("_error")) {
                    refuseIfError(values);
                }
                if (name.equals("_result") && values.get(1) instanceof Double number && number == transaction) {
                    return values;
                }
            }
        }
    }

    /** Waits for a status; an error that comes instead is thrown. */
    public void awaitStatus(String code) throws IOException {
        while (true) {
            Message message = read();
            if (message.type() == Message.COMMAND && message.values().getFirst() instanceof String name) {
                if (name.equals("onStatus") || name.equals("_error")) {
                    Map<String, @Nullable Object> info = refuseIfError(message.values());
                    if (code.equals(info.get("code"))) {
                        return;
                    }
                }
            }
        }
    }

    private static Map<String, @Nullable Object> refuseIfError(List<@Nullable Object> values) throws RtmpException {
        Map<String, @Nullable Object> info = values.size() > 3 ? members(values.get(3)) : Map.of();
        boolean refused = "_error".equals(values.getFirst()) || "error".equals(info.get("level"));
        if (refused) {
            throw new RtmpException(String.valueOf(info.get("code")), String.valueOf(info.get("description")));
        }
        return info;
    }

    private static Map<String, @Nullable Object> members(@Nullable Object value) {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, member) -> result.put(String.valueOf(key), member));
        }
        return result;
    }

    public void send(Message message) throws IOException {
        out.write(writer.write(message));
    }

    /** Sends a piece of a recorded stream on this connection's stream. */
    public void send(FlvTag tag, int timestamp) throws IOException {
        int chunkStream = switch (tag.type()) {
            case Message.AUDIO -> 4;
            case Message.VIDEO -> 6;
            default -> 5;
        };
        send(new Message(chunkStream, tag.type(), timestamp, messageStream, tag.publishedBody()));
    }

    /** Bytes that are nobody's idea of RTMP. */
    public void sendRaw(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    /** The next message; acknowledges on the way. */
    public Message read() throws IOException {
        while (arrived.isEmpty()) {
            receive();
        }
        Message message = arrived.removeFirst();
        if (message.type() == Message.WINDOW_ACKNOWLEDGEMENT_SIZE) {
            window = Math.max(2, message.number());
        }
        return message;
    }

    private void receive() throws IOException {
        int count = in.read(buffer);
        if (count < 0) {
            throw new EOFException("the server closed the connection");
        }
        received += count;
        scanner.feed(ByteBuffer.wrap(buffer, 0, count));
        if (received - acknowledged >= window / 2) {
            acknowledged = received;
            send(Message.control(Message.ACKNOWLEDGEMENT, (int) received));
        }
    }

    /**
     * Whether the server has not closed the connection. What came before its end, up to a bound that is more than both kernels hold, is taken
     * in and kept for {@link #read}.
     */
    public boolean isOpen() throws IOException {
        long enough = received + MOST_AHEAD;
        socket.setSoTimeout(1);
        try {
            while (received < enough) {
                receive();
            }
            return true;
        } catch (SocketTimeoutException nothingMoreNow) {
            return true;
        } catch (EOFException | SocketException closed) {
            return false;
        } finally {
            if (!socket.isClosed()) {
                socket.setSoTimeout((int) READ_LIMIT.toMillis());
            }
        }
    }

    /** Reads until the server closes; what happened on the way does not matter. */
    public void readToEnd() throws IOException {
        try {
            while (true) {
                read();
            }
        } catch (EOFException end) {
            return;
        }
    }

    /** As {@link #readToEnd}, where a reset is as good an end as any. */
    public void readToEndQuietly() throws IOException {
        try {
            readToEnd();
        } catch (SocketException reset) {
            return;
        }
    }

    /** The underlying socket, for tests that set its buffers or time-outs. */
    public Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
