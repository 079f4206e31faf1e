package io.millrace.worker.rtmp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.collection.IntObjectHashMap;

/**
 * Follows aggregate messages (RTMP section 7.1.6) in pieces of any size and sees to it that they hold media and data only: an
 * origin may act on a command or a control message in there as on any other.
 */
public final class AggregateFollower {

    /** Type, length, timestamp and message stream of a part; behind the part stands its length once more. */
    private static final int HEADER = 11;

    private static final int BACK_POINTER = 4;

    /** Where one aggregate is. */
    private static final class Progress {
        final ByteBuf head = Unpooled.buffer(HEADER + CommandName.ENOUGH, HEADER + CommandName.ENOUGH);
        int wanted = HEADER;
        long toSkip;

        void begin() {
            head.clear();
            wanted = HEADER;
            toSkip = 0;
        }
    }

    private final IntObjectHashMap<Progress> byChunkStream = new IntObjectHashMap<>(2);

    /** An aggregate begins on its chunk stream. */
    public void begins(ChunkStream message) {
        byChunkStream.computeIfAbsent(message.id(), id -> new Progress()).begin();
    }

    /**
     * Takes in the next piece; borrows it.
     *
     * @throws RtmpFormatException if something else than media or data begins in it
     */
    public void follow(ChunkStream message, ByteBuf piece) {
        Progress progress = byChunkStream.get(message.id());
        if (progress == null) {
            throw new IllegalStateException("no aggregate has begun on chunk stream " + message.id());
        }
        while (piece.isReadable()) {
            if (progress.toSkip > 0) {
                int n = (int) Math.min(progress.toSkip, piece.readableBytes());
                piece.skipBytes(n);
                progress.toSkip -= n;
                continue;
            }
            ByteBuf head = progress.head;
            head.writeBytes(piece, Math.min(piece.readableBytes(), progress.wanted - head.readableBytes()));
            if (head.readableBytes() == progress.wanted) {
                headRead(progress, head);
            }
        }
    }

    private static void headRead(Progress progress, ByteBuf head) {
        int type = head.getUnsignedByte(0);
        int length = head.getUnsignedMedium(1);
        boolean isData = type == MessageType.DATA_AMF0 || type == MessageType.DATA_AMF3;
        if (progress.wanted == HEADER && isData && length > 0) {
            progress.wanted = HEADER + Math.min(length, CommandName.ENOUGH);
            return;
        }
        boolean isMedia = type == MessageType.AUDIO || type == MessageType.VIDEO;
        boolean asksForStream = isData
                && CommandName.read(type, head.skipBytes(HEADER))
                        .filter(CommandName::asksForStream)
                        .isPresent();
        if (asksForStream || !(isMedia || isData)) {
            throw new RtmpFormatException("an aggregate message that holds a message of type " + type
                    + (asksForStream ? " which asks for a stream" : ""));
        }
        progress.toSkip = (long) length + BACK_POINTER - (progress.wanted - HEADER);
        head.clear();
        progress.wanted = HEADER;
    }
}
