package io.millrace.worker.rtmp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts chunks together into messages, for the short exchange before a relay begins. Applies what the peer says about its own
 * chunking (Set Chunk Size, Abort) by itself. Bounded: a message that is longer than allowed is a format error.
 */
public final class MessageAssembler {

    /** Commands are small; the largest seen in the wild is a connect with a few kilobytes of tokens. */
    public static final int MAX_MESSAGE = 64 * 1024;

    private static final int MAX_UNFINISHED = 8;

    private final ChunkScanner scanner;
    private final List<@Nullable ByteBuf> unfinished = new ArrayList<>(4);

    public MessageAssembler(ChunkScanner scanner) {
        this.scanner = scanner;
    }

    /** The next whole message, or null if more bytes are needed; bytes after it stay in the buffer. */
    public @Nullable RtmpMessage next(ByteBuf in) {
        while (true) {
            if (scanner.payloadLeft() == 0) {
                if (!scanner.readHeader(in)) {
                    return null;
                }
                if (scanner.startsMessage()) {
                    begin(scanner.stream());
                }
            }
            ChunkStream stream = scanner.stream();
            ByteBuf payload = partOf(stream);
            int n = Math.min(in.readableBytes(), scanner.payloadLeft());
            payload.writeBytes(in, n);
            scanner.passed(n);
            if (stream.messageLeft() == 0) {
                unfinished.set(stream.index(), null);
                RtmpMessage message = new RtmpMessage(
                        stream.messageType(), stream.id(), stream.messageStreamId(), stream.timestamp(), payload);
                if (!applied(message)) {
                    return message;
                }
            } else if (!in.isReadable()) {
                return null;
            }
        }
    }

    private void begin(ChunkStream stream) {
        if (stream.messageLength() > MAX_MESSAGE) {
            throw new RtmpFormatException("a message of " + stream.messageLength() + " bytes, type "
                    + stream.messageType() + ", before publish or play");
        }
        while (unfinished.size() <= stream.index()) {
            unfinished.add(null);
        }
        if (unfinished.stream().filter(part -> part != null).count() >= MAX_UNFINISHED) {
            throw new RtmpFormatException("more than " + MAX_UNFINISHED + " messages begun at once");
        }
        unfinished.set(stream.index(), Unpooled.buffer(Math.min(256, stream.messageLength()), MAX_MESSAGE));
    }

    private ByteBuf partOf(ChunkStream stream) {
        ByteBuf part = unfinished.get(stream.index());
        if (part == null) {
            throw new IllegalStateException("chunk stream " + stream.id() + " has no message begun");
        }
        return part;
    }

    private boolean applied(RtmpMessage message) {
        switch (message.type()) {
            case MessageType.SET_CHUNK_SIZE -> scanner.chunkSize(ControlMessages.readInt(message));
            case MessageType.ABORT -> {
                ChunkStream aborted = scanner.abort(ControlMessages.readInt(message));
                if (aborted != null && aborted.index() < unfinished.size()) {
                    unfinished.set(aborted.index(), null);
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** What there is already of a message that was begun but not finished on a chunk stream; null if there is none. */
    public @Nullable ByteBuf borrowUnfinished(ChunkStream stream) {
        return stream.index() < unfinished.size() ? unfinished.get(stream.index()) : null;
    }
}
