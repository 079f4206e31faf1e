package io.millrace.cluster.rtmp;

import java.io.ByteArrayOutputStream;

/** Messages to chunks, each with a whole header (fmt 0): the plainest form there is. */
public final class ChunkWriter {

    private static final int TIMESTAMP_EXTENDED = 0xffffff;

    private int chunkSize = 128;

    /** What {@link Message#SET_CHUNK_SIZE} has told the other side. */
    public void chunkSize(int size) {
        chunkSize = size;
    }

    public byte[] write(Message message) {
        byte[] payload = message.payload();
        ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length + payload.length / chunkSize + 32);
        boolean extended = Integer.compareUnsigned(message.timestamp(), TIMESTAMP_EXTENDED) >= 0;
        basicHeader(out, 0, message.chunkStream());
        put(out, extended ? TIMESTAMP_EXTENDED : message.timestamp(), 3);
        put(out, payload.length, 3);
        out.write(message.type());
        put(out, Integer.reverseBytes(message.messageStream()), 4);
        int sent = 0;
        do {
            if (sent > 0) {
                basicHeader(out, 3, message.chunkStream());
            }
            if (extended) {
                put(out, message.timestamp(), 4);
            }
            int part = Math.min(chunkSize, payload.length - sent);
            out.write(payload, sent, part);
            sent += part;
        } while (sent < payload.length);
        return out.toByteArray();
    }

    private static void basicHeader(ByteArrayOutputStream out, int format, int chunkStream) {
        if (chunkStream < 64) {
            out.write(format << 6 | chunkStream);
        } else if (chunkStream < 320) {
            out.write(format << 6);
            out.write(chunkStream - 64);
        } else {
            out.write(format << 6 | 1);
            out.write(chunkStream - 64);
            out.write((chunkStream - 64) >> 8);
        }
    }

    private static void put(ByteArrayOutputStream out, int value, int bytes) {
        for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
            out.write(value >>> shift);
        }
    }
}
