package io.millrace.worker.rtmp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Protocol control and user control messages (RTMP sections 5.4 and 7.1.7). */
public final class ControlMessages {

    /** Section 5.4: control messages travel on chunk stream 2, message stream 0. */
    public static final int CHUNK_STREAM = 2;

    public static final int EVENT_SET_BUFFER_LENGTH = 3;
    public static final int EVENT_PING_REQUEST = 6;
    public static final int EVENT_PING_RESPONSE = 7;

    private static final int LIMIT_DYNAMIC = 2;

    private ControlMessages() {}

    public static void writeSetChunkSize(ByteBuf out, int size) {
        writeInt(out, MessageType.SET_CHUNK_SIZE, size);
    }

    public static void writeWindowAckSize(ByteBuf out, int bytes) {
        writeInt(out, MessageType.WINDOW_ACK_SIZE, bytes);
    }

    public static void writeAcknowledgement(ByteBuf out, int chunkSize, int sequence) {
        ByteBuf payload = Unpooled.buffer(4).writeInt(sequence);
        ChunkWriter.writeMessage(out, chunkSize, CHUNK_STREAM, MessageType.ACKNOWLEDGEMENT, 0, 0, payload);
    }

    public static void writePeerBandwidth(ByteBuf out, int bytes) {
        ChunkWriter.writeFirstHeader(out, CHUNK_STREAM, 0, 5, MessageType.SET_PEER_BANDWIDTH, 0);
        out.writeInt(bytes);
        out.writeByte(LIMIT_DYNAMIC);
    }

    public static void writePingResponse(ByteBuf out, int timestamp) {
        ChunkWriter.writeFirstHeader(out, CHUNK_STREAM, 0, 6, MessageType.USER_CONTROL, 0);
        out.writeShort(EVENT_PING_RESPONSE);
        out.writeInt(timestamp);
    }

    private static void writeInt(ByteBuf out, int type, int value) {
        ChunkWriter.writeFirstHeader(out, CHUNK_STREAM, 0, 4, type, 0);
        out.writeInt(value);
    }

    /** The 32-bit value that a control message begins with; borrows the payload. */
    public static int readInt(RtmpMessage message) {
        return peekInt(message.type(), message.payload());
    }

    /** Likewise, from a payload. */
    public static int peekInt(int type, ByteBuf payload) {
        if (payload.readableBytes() < 4) {
            throw new RtmpFormatException(
                    "a control message of type " + type + " with " + payload.readableBytes() + " bytes");
        }
        return payload.getInt(payload.readerIndex());
    }
}
