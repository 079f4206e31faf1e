package io.millrace.cluster.rtmp;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Chunks to messages, fed with whatever has arrived. Of media it keeps only as many bytes as it was told to, so that a load
 * generator can follow a hundred streams without copying them.
 */
public final class ChunkScanner {

    private static final int TIMESTAMP_EXTENDED = 0xffffff;
    private static final int LONGEST_MESSAGE = 16 << 20;

    private final int mediaBytesKept;
    private final Sink sink;
    private final Map<Integer, History> histories = new HashMap<>();
    /** A header may arrive in pieces; it is parsed again from its start once there is more. */
    private final ByteBuffer headerSoFar = ByteBuffer.allocate(18);

    private int chunkSize = 128;
    private @Nullable History current;
    private int leftInChunk;

    /** Takes what was read. */
    public interface Sink {
        /**
         * @param message its payload holds everything, or for audio and video the first bytes
         * @param length how long its payload was on the wire
         */
        void message(Message message, int length);
    }

    /** The last header of one chunk stream, and the message it is in the middle of. */
    private static final class History {
        private final int chunkStream;
        private int timestamp;
        private int delta;
        private int length;
        private int type;
        private int messageStream;
        private boolean extended;
        private int received;
        private byte[] kept = new byte[0];

        private History(int chunkStream) {
            this.chunkStream = chunkStream;
        }
    }

    public ChunkScanner(int mediaBytesKept, Sink sink) {
        this.mediaBytesKept = mediaBytesKept;
        this.sink = sink;
    }

    /** Takes all that remains in the buffer. */
    public void feed(ByteBuffer in) {
        while (in.hasRemaining()) {
            History message = current;
            if (message == null) {
                header(in);
            } else {
                payload(message, in);
            }
        }
    }

    private void header(ByteBuffer in) {
        headerSoFar.put(in.get());
        int bytes = headerSoFar.position();
        ByteBuffer header = headerSoFar.duplicate().flip();
        int first = header.get() & 0xff;
        int format = first >> 6;
        int chunkStream = first & 63;
        int basic = chunkStream == 0 ? 2 : chunkStream == 1 ? 3 : 1;
        if (bytes < basic) {
            return;
        }
        if (basic == 2) {
            chunkStream = 64 + (header.get() & 0xff);
        } else if (basic == 3) {
            chunkStream = 64 + (header.get() & 0xff) + 256 * (header.get() & 0xff);
        }
        int fixed = switch (format) {
            case 0 -> 11;
            case 1 -> 7;
            case 2 -> 3;
            default -> 0;
        };
        if (bytes < basic + fixed) {
            return;
        }
        History history = histories.computeIfAbsent(chunkStream, History::new);
        int time = format < 3 ? medium(header) : 0;
        boolean extended = format < 3 ? time == TIMESTAMP_EXTENDED : history.extended;
        if (extended && bytes < basic + fixed + 4) {
            return;
        }
        if (format < 2) {
            history.length = medium(header);
            history.type = header.get() & 0xff;
            if (history.length > LONGEST_MESSAGE) {
                throw new IllegalStateException("a message of " + history.length + " bytes");
            }
        }
        if (format == 0) {
            history.messageStream = Integer.reverseBytes(header.getInt());
        }
        if (extended) {
            time = header.getInt();
        }
        headerSoFar.clear();
        begin(history, format, time, extended);
    }

    private void begin(History history, int format, int time, boolean extended) {
        history.extended = extended;
        if (format == 0) {
            history.timestamp = time;
            // A fmt 3 header that begins a message repeats a fmt 0 header's timestamp as its delta (5.3.1.2.4).
            history.delta = time;
        } else if (format < 3) {
            history.delta = time;
            history.timestamp += time;
        } else if (history.received == 0) {
            history.timestamp += history.delta;
        }
        if (history.received == 0) {
            boolean media = history.type == Message.AUDIO || history.type == Message.VIDEO;
            int keep = media ? Math.min(mediaBytesKept, history.length) : history.length;
            history.kept = new byte[keep];
        }
        leftInChunk = Math.min(chunkSize, history.length - history.received);
        current = history;
        if (leftInChunk == 0) {
            finish(history);
        }
    }

    private void payload(History history, ByteBuffer in) {
        int part = Math.min(leftInChunk, in.remaining());
        int keep = Math.min(part, Math.max(0, history.kept.length - history.received));
        if (keep > 0) {
            in.get(in.position(), history.kept, history.received, keep);
        }
        in.position(in.position() + part);
        history.received += part;
        leftInChunk -= part;
        if (history.received == history.length) {
            finish(history);
        } else if (leftInChunk == 0) {
            current = null;
        }
    }

    private void finish(History history) {
        current = null;
        history.received = 0;
        Message message =
                new Message(history.chunkStream, history.type, history.timestamp, history.messageStream, history.kept);
        if (message.type() == Message.SET_CHUNK_SIZE) {
            chunkSize = message.number() & 0x7fffffff;
        }
        sink.message(message, history.length);
    }

    private static int medium(ByteBuffer in) {
        return (in.get() & 0xff) << 16 | (in.get() & 0xff) << 8 | (in.get() & 0xff);
    }
}
