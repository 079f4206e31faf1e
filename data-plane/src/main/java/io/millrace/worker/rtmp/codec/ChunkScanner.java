package io.millrace.worker.rtmp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Follows the chunk headers of one direction (RTMP section 5.3.1) and never touches a payload. The caller reads a header, then
 * passes over as much payload as {@link #payloadLeft()} says, in pieces of any size:
 *
 * <pre>
 *   while (in.isReadable()) {
 *       if (scanner.payloadLeft() == 0 &amp;&amp; !scanner.readHeader(in)) break;   // header not whole yet
 *       int n = Math.min(in.readableBytes(), scanner.payloadLeft());
 *       ... n bytes of scanner.stream() ...
 *       scanner.passed(n);
 *   }
 * </pre>
 */
public final class ChunkScanner {

    public static final int DEFAULT_CHUNK_SIZE = 128;

    /** A basic header of 3 bytes, a message header of 11 and an extended timestamp of 4. */
    public static final int MAX_HEADER_SIZE = 18;

    /** The longest message that the 24-bit length field can name; larger chunk sizes mean the same. */
    private static final int MAX_CHUNK_SIZE = 0xffffff;

    private static final int MAX_CHUNK_STREAMS = 128;
    private static final int EXTENDED = 0xffffff;
    private static final int[] MESSAGE_HEADER_SIZE = {11, 7, 3, 0};

    private final ChunkStream[] oneByteIds = new ChunkStream[64];
    private final IntObjectHashMap<ChunkStream> longerIds = new IntObjectHashMap<>(4);
    private final List<ChunkStream> streams = new ArrayList<>(4);
    private @Nullable ChunkStream current;
    private int chunkSize = DEFAULT_CHUNK_SIZE;
    private int format;
    private boolean startsMessage;
    private boolean extendedHere;
    private int payloadLeft;

    /**
     * Reads one chunk header.
     *
     * @return false, with nothing consumed, if the header is not whole yet
     */
    public boolean readHeader(ByteBuf in) {
        int at = in.readerIndex();
        int end = in.writerIndex();
        if (at == end) {
            return false;
        }
        int basic = in.getUnsignedByte(at++);
        int fmt = basic >> 6;
        int id = basic & 0x3f;
        if (id == 0) {
            if (end - at < 1) {
                return false;
            }
            id = 64 + in.getUnsignedByte(at++);
        } else if (id == 1) {
            if (end - at < 2) {
                return false;
            }
            id = 64 + in.getUnsignedByte(at) + (in.getUnsignedByte(at + 1) << 8);
            at += 2;
        }
        int size = MESSAGE_HEADER_SIZE[fmt];
        if (end - at < size) {
            return false;
        }
        ChunkStream stream = find(id);
        if (stream == null) {
            if (fmt > 1) {
                throw new RtmpFormatException("chunk stream " + id + " begins with a header of format " + fmt);
            }
            stream = create(id);
        }
        boolean begins = stream.messageLeft == 0;
        if (!begins && fmt != 3) {
            throw new RtmpFormatException("a header of format " + fmt + " in the middle of a message");
        }
        int field;
        boolean extended;
        if (fmt == 3) {
            field = stream.timestampField;
            extended = stream.extended;
            if (extended) {
                int present = repeats(in, at, end, field);
                if (present < 0) {
                    return false;
                }
                extended = present > 0;
            }
        } else {
            field = in.getUnsignedMedium(at);
            extended = field == EXTENDED;
            if (extended) {
                if (end - at - size < 4) {
                    return false;
                }
                field = in.getInt(at + size);
            }
        }
        if (begins) {
            begin(stream, fmt, field, in, at);
        }
        if (fmt != 3) {
            stream.timestampField = field;
            stream.extended = extended;
        }
        in.readerIndex(at + size + (extended ? 4 : 0));
        current = stream;
        format = fmt;
        startsMessage = begins;
        extendedHere = extended;
        payloadLeft = Math.min(chunkSize, stream.messageLeft);
        return true;
    }

    private static void begin(ChunkStream stream, int fmt, int field, ByteBuf in, int at) {
        switch (fmt) {
            case 0 -> {
                stream.timestamp = field;
                stream.timestampDelta = field;
                stream.messageStreamId = in.getIntLE(at + 7);
            }
            case 1, 2 -> {
                stream.timestampDelta = field;
                stream.timestamp += field;
            }
            default -> stream.timestamp += stream.timestampDelta;
        }
        if (fmt < 2) {
            stream.messageLength = in.getUnsignedMedium(at + 3);
            stream.messageType = in.getUnsignedByte(at + 6);
        }
        stream.known = true;
        stream.messageLeft = stream.messageLength;
    }

    /**
     * Whether a format 3 header repeats the extended timestamp, which most peers do and some do not.
     *
     * @return 1 yes, 0 no, -1 not enough bytes to tell
     */
    private static int repeats(ByteBuf in, int at, int end, int field) {
        int available = Math.min(4, end - at);
        for (int i = 0; i < available; i++) {
            if (in.getByte(at + i) != (byte) (field >>> (24 - 8 * i))) {
                return 0;
            }
        }
        return available == 4 ? 1 : -1;
    }

    /** A chunk stream that was seen; null if there is none of that number. */
    @Nullable
    ChunkStream find(int id) {
        return id >= 0 && id < oneByteIds.length ? oneByteIds[id] : longerIds.get(id);
    }

    private ChunkStream create(int id) {
        if (streams.size() == MAX_CHUNK_STREAMS) {
            throw new RtmpFormatException("more than " + MAX_CHUNK_STREAMS + " chunk streams");
        }
        ChunkStream stream = new ChunkStream(id, streams.size());
        streams.add(stream);
        if (id < 64) {
            oneByteIds[id] = stream;
        } else {
            longerIds.put(id, stream);
        }
        return stream;
    }

    /** The chunk stream of the last header. */
    public ChunkStream stream() {
        if (current == null) {
            throw new IllegalStateException("no header was read yet");
        }
        return current;
    }

    /** All chunk streams seen so far, in the order of {@link ChunkStream#index()}. */
    public List<ChunkStream> streams() {
        return streams;
    }

    /** Format of the last header, 0 to 3. */
    public int format() {
        return format;
    }

    /** Whether the last header began a message, or else went on with one. */
    public boolean startsMessage() {
        return startsMessage;
    }

    /** Whether the last header carried an extended timestamp. */
    public boolean extended() {
        return extendedHere;
    }

    /**
     * Whether the last header, of format 3, leaves out the extended timestamp which section 5.3.1.3 wants repeated. Receivers do
     * not agree on what the next four bytes are then.
     */
    boolean omitsExtended() {
        return !extendedHere && stream().extended;
    }

    /** Payload bytes of the current chunk that are still to come; 0 means that a header is next. */
    public int payloadLeft() {
        return payloadLeft;
    }

    public void passed(int bytes) {
        payloadLeft -= bytes;
        stream().messageLeft -= bytes;
    }

    public int chunkSize() {
        return chunkSize;
    }

    /** The peer announced a chunk size for this direction (section 5.4.1). */
    public void chunkSize(int announced) {
        if (announced < 1) {
            throw new RtmpFormatException("chunk size " + Integer.toUnsignedString(announced));
        }
        chunkSize = Math.min(announced, MAX_CHUNK_SIZE);
    }

    /** The peer gave up the current message of a chunk stream (section 5.4.2). */
    public @Nullable ChunkStream abort(int id) {
        ChunkStream stream = find(id);
        if (stream != null) {
            stream.messageLeft = 0;
        }
        return stream;
    }
}
