package io.millrace.worker.rtmp.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** Keeps the few bytes of a negotiation without keeping the large buffers that they were read into. */
final class SmallBuffers {

    private SmallBuffers() {}

    /** What was kept and what came, in a buffer of just that size; owns both. */
    static ByteBuf joined(ByteBufAllocator allocator, @Nullable ByteBuf kept, ByteBuf more) {
        int keptBytes = kept == null ? 0 : kept.readableBytes();
        ByteBuf joined = allocator.buffer(keptBytes + more.readableBytes());
        if (kept != null) {
            joined.writeBytes(kept);
            kept.release();
        }
        joined.writeBytes(more);
        more.release();
        return joined;
    }
}
