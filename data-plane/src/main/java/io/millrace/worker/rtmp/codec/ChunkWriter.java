package io.millrace.worker.rtmp.codec;

import io.netty.buffer.ByteBuf;

/** Writes messages as chunks, always beginning with a header of format 0, which needs no history on the other side. */
public final class ChunkWriter {

    private static final int EXTENDED = 0xffffff;

    private ChunkWriter() {}

    /** Writes a whole message; borrows the payload and leaves its indices alone. */
    public static void writeMessage(
            ByteBuf out, int chunkSize, int chunkStream, int type, int messageStream, int timestamp, ByteBuf payload) {
        writeBeginning(out, chunkSize, chunkStream, type, messageStream, timestamp, payload.readableBytes(), payload);
    }

    /** Writes the beginning of a message of which only whole chunks are there yet. */
    public static void writeBeginning(
            ByteBuf out,
            int chunkSize,
            int chunkStream,
            int type,
            int messageStream,
            int timestamp,
            int length,
            ByteBuf beginning) {
        writeFirstHeader(out, chunkStream, timestamp, length, type, messageStream);
        int from = beginning.readerIndex();
        int end = beginning.writerIndex();
        int n = Math.min(chunkSize, end - from);
        out.writeBytes(beginning, from, n);
        for (from += n; from < end; from += n) {
            writeNextHeader(out, chunkStream, timestamp);
            n = Math.min(chunkSize, end - from);
            out.writeBytes(beginning, from, n);
        }
    }

    /** A header of format 0. */
    public static void writeFirstHeader(
            ByteBuf out, int chunkStream, int timestamp, int length, int type, int messageStream) {
        writeBasicHeader(out, 0, chunkStream);
        boolean extended = isExtended(timestamp);
        out.writeMedium(extended ? EXTENDED : timestamp);
        out.writeMedium(length);
        out.writeByte(type);
        out.writeIntLE(messageStream);
        if (extended) {
            out.writeInt(timestamp);
        }
    }

    /** A header of format 3 that goes on with a message begun by {@link #writeFirstHeader}. */
    public static void writeNextHeader(ByteBuf out, int chunkStream, int timestamp) {
        writeBasicHeader(out, 3, chunkStream);
        if (isExtended(timestamp)) {
            out.writeInt(timestamp);
        }
    }

    /** A header of format 3 that repeats an extended timestamp field. */
    public static void writeNextExtendedHeader(ByteBuf out, int chunkStream, int field) {
        writeBasicHeader(out, 3, chunkStream);
        out.writeInt(field);
    }

    /** Whether an absolute timestamp needs the extended field. */
    public static boolean isExtended(int timestamp) {
        return Integer.compareUnsigned(timestamp, EXTENDED) >= 0;
    }

    private static void writeBasicHeader(ByteBuf out, int format, int chunkStream) {
        if (chunkStream < 64) {
            out.writeByte(format << 6 | chunkStream);
        } else if (chunkStream < 320) {
            out.writeByte(format << 6);
            out.writeByte(chunkStream - 64);
        } else {
            out.writeByte(format << 6 | 1);
            out.writeShortLE(chunkStream - 64);
        }
    }
}
