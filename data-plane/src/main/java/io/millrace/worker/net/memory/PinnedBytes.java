package io.millrace.worker.net.memory;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.MessageSizeEstimator;
import org.jspecify.annotations.Nullable;

/**
 * What a message that waits to be written really keeps in memory: a slice keeps the whole buffer that it was read into. Slices of
 * one buffer that follow each other count it once. Larger buffers belong to caches with bounds of their own; of those only the
 * bytes count. For one connection, on its loop.
 */
public final class PinnedBytes implements MessageSizeEstimator.Handle {

    /** Headers and the like, which may stand between slices of one buffer. */
    private static final int SMALL = 1_024;

    /** What Netty adds for each message. */
    private static final int ENTRY = 96;

    private @Nullable ByteBuf last;
    private long total;

    @Override
    public int size(Object message) {
        int size = pinnedBy(message);
        total += size + ENTRY;
        return size;
    }

    /** All that was ever written, as it was counted. */
    long total() {
        return total;
    }

    /** Two buffers with the same content are two buffers. */
    @SuppressWarnings("ReferenceEquality")
    private int pinnedBy(Object message) {
        ByteBuf bytes;
        if (message instanceof ByteBuf buffer) {
            bytes = buffer;
        } else if (message instanceof ByteBufHolder holder) {
            bytes = holder.content();
        } else {
            return 0;
        }
        ByteBuf root = bytes;
        for (ByteBuf next = root.unwrap(); next != null; next = root.unwrap()) {
            root = next;
        }
        if (root.capacity() > ReadBuffers.SIZE) {
            return bytes.readableBytes();
        }
        if (root.capacity() <= SMALL) {
            return root.capacity();
        }
        if (root == last) {
            return 0;
        }
        // A buffer that was written, released and taken again is not distinguished: one buffer of a connection may go
        // uncounted.
        last = root;
        return root.capacity();
    }
}
