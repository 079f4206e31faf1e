package io.millrace.cluster.rtmp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One RTMP message. Its payload is not copied: whoever passes one in does not change it. */
public final class Message {

    public static final int SET_CHUNK_SIZE = 1;
    public static final int ACKNOWLEDGEMENT = 3;
    public static final int USER_CONTROL = 4;
    public static final int WINDOW_ACKNOWLEDGEMENT_SIZE = 5;
    public static final int AUDIO = 8;
    public static final int VIDEO = 9;
    public static final int DATA = 18;
    public static final int COMMAND = 20;

    private final int chunkStream;
    private final int type;
    private final int timestamp;
    private final int messageStream;
    private final byte[] payload;

    /** @param timestamp milliseconds, as an unsigned 32-bit number */
    public Message(int chunkStream, int type, int timestamp, int messageStream, byte[] payload) {
        this.chunkStream = chunkStream;
        this.type = type;
        this.timestamp = timestamp;
        this.messageStream = messageStream;
        this.payload = payload;
    }

    public static Message command(int messageStream, @Nullable Object... values) {
        return new Message(messageStream == 0 ? 3 : 8, COMMAND, 0, messageStream, Amf0.encode(values));
    }

    public static Message control(int type, int value) {
        byte[] payload = {(byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value};
        return new Message(2, type, 0, 0, payload);
    }

    public int chunkStream() {
        return chunkStream;
    }

    public int type() {
        return type;
    }

    public int timestamp() {
        return timestamp;
    }

    public int messageStream() {
        return messageStream;
    }

    public byte[] payload() {
        return payload;
    }

    /** The values of a command or data message. */
    public List<@Nullable Object> values() {
        return Amf0.decode(payload);
    }

    /** The first four bytes as a number, for control messages. */
    public int number() {
        return (payload[0] & 0xff) << 24 | (payload[1] & 0xff) << 16 | (payload[2] & 0xff) << 8 | (payload[3] & 0xff);
    }

    @Override
    public String toString() {
        return "type=" + type + " timestamp=" + timestamp + " bytes=" + payload.length
                + (type == COMMAND ? " " + values() : "");
    }
}
