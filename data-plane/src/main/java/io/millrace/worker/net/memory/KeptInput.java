package io.millrace.worker.net.memory;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * What one party of a connection keeps of its peer's bytes because it cannot use them yet: the beginning of a head, a body that is not
 * whole. It counts into the worker's budget like what waits for the peer, and the connection that sends slowest is closed first when that is
 * exceeded. On the connection's loop.
 */
public final class KeptInput {

    /** Of the heap, all that is kept there may take this part; the budget itself is made for buffers, which are not on the heap. */
    private static final int PART_OF_HEAP = 4;

    private static final int MOSTLY_EMPTY = 4;

    /** Of a handler that is in no pipeline yet; counts nowhere. */
    public static final KeptInput NONE = new KeptInput(null, 1);

    private final @Nullable PendingWatch watch;
    private final long weightOnHeap;
    private long counted;

    private KeptInput(@Nullable PendingWatch watch, long weightOnHeap) {
        this.watch = watch;
        this.weightOnHeap = weightOnHeap;
    }

    /** A new one, of a connection or of one of its streams; it counts nowhere when that is not watched. */
    public static KeptInput of(Channel channel) {
        PendingWatch watch = channel.pipeline().get(PendingWatch.class);
        long room = Math.max(1, Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
        return new KeptInput(watch, watch == null ? 1 : Math.max(1, (watch.limit() + room - 1) / room));
    }

    /**
     * What is kept now, instead of what was.
     *
     * @param inBuffers the capacity of those buffers
     * @param onHeap bytes
     */
    public void holds(long inBuffers, long onHeap) {
        long now = inBuffers + onHeap * weightOnHeap;
        if (now != counted && watch != null) {
            watch.keep(now - counted);
            counted = now;
        }
    }

    /** The same bytes, in a buffer of just their size when they would keep a large one for a few; owns what it gets. */
    public static ByteBuf compact(ByteBufAllocator allocator, ByteBuf read) {
        if (!read.isReadable() || read.readableBytes() > read.capacity() / MOSTLY_EMPTY) {
            return read;
        }
        try {
            return allocator.buffer(read.readableBytes()).writeBytes(read);
        } finally {
            read.release();
        }
    }
}
