package io.millrace.cluster.load;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

/**
 * The moment of sending, carried inside a video frame as an SEI message of "user data unregistered" (H.264 annex D.2.7), so that
 * another process can tell how long the frame was under way: System.nanoTime is the machine's monotonic clock, the same for all
 * processes on Linux. Nobody decodes these frames, so the stamp does without emulation prevention.
 */
public final class SendStamp {

    /** What a viewer must keep of a frame to find the stamp. */
    static final int BYTES_NEEDED = 48;

    /** Frame type and codec, packet type, composition time. */
    private static final int VIDEO_HEADER = 5;

    private static final int SEI_LENGTH = 1 + 1 + 1 + 16 + 8 + 1;
    private static final long UUID_HIGH = 0x4d696c6c72616365L;
    private static final long UUID_LOW = 0x53656e645374616dL;

    private SendStamp() {}

    public static boolean fits(byte[] videoBody) {
        return videoBody.length > VIDEO_HEADER && videoBody[1] == 1;
    }

    /** The frame with room for a stamp in front of its first NAL unit. */
    public static byte[] withRoom(byte[] videoBody) {
        ByteBuffer out = ByteBuffer.allocate(videoBody.length + 4 + SEI_LENGTH);
        out.put(videoBody, 0, VIDEO_HEADER).putInt(SEI_LENGTH);
        out.put((byte) 6)
                .put((byte) 5)
                .put((byte) 24)
                .putLong(UUID_HIGH)
                .putLong(UUID_LOW)
                .putLong(0)
                .put((byte) 0x80);
        out.put(videoBody, VIDEO_HEADER, videoBody.length - VIDEO_HEADER);
        return out.array();
    }

    public static void set(byte[] bodyWithRoom, long nanos) {
        ByteBuffer.wrap(bodyWithRoom).putLong(VIDEO_HEADER + 4 + 3 + 16, nanos);
    }

    /** Finds stamps anywhere in a stream; one that lies across two reads is missed. */
    static void find(ByteBuffer peeked, LongConsumer sent) {
        int last = peeked.limit() - 24;
        for (int at = peeked.position(); at <= last; at++) {
            if (peeked.get(at) == (byte) (UUID_HIGH >>> 56)
                    && peeked.getLong(at) == UUID_HIGH
                    && peeked.getLong(at + 8) == UUID_LOW) {
                sent.accept(peeked.getLong(at + 16));
                at += 23;
            }
        }
    }

    /** @param head the first bytes of a video body */
    static OptionalLong read(byte[] head) {
        if (head.length < BYTES_NEEDED) {
            return OptionalLong.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(head);
        int uuid = VIDEO_HEADER + 4 + 3;
        boolean ours = in.getLong(uuid) == UUID_HIGH && in.getLong(uuid + 8) == UUID_LOW;
        return ours ? OptionalLong.of(in.getLong(uuid + 16)) : OptionalLong.empty();
    }
}
