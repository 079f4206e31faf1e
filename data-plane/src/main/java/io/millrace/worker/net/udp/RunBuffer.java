package io.millrace.worker.net.udp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.List;

/**
 * Where an event loop copies runs of datagrams together. It starts again at the front as soon as the kernel has taken all that was
 * copied before, so a loop keeps writing to the same bytes, which stay in the processor's cache.
 */
final class RunBuffer {

    /** Room for all that one round of a loop sends. */
    private static final int SIZE = 64 * 1024;

    private static final FastThreadLocal<RunBuffer> OF_THREAD = new FastThreadLocal<>() {
        @Override
        protected RunBuffer initialValue() {
            return new RunBuffer(PooledByteBufAllocator.DEFAULT, SIZE);
        }

        @Override
        protected void onRemoval(RunBuffer buffer) {
            buffer.release();
        }
    };

    private final ByteBufAllocator allocator;
    private final int size;
    private ByteBuf bytes;

    RunBuffer(ByteBufAllocator allocator, int size) {
        this.allocator = allocator;
        this.size = size;
        this.bytes = allocator.directBuffer(size, size);
    }

    static RunBuffer ofThread() {
        return OF_THREAD.get();
    }

    /**
     * Owns the datagrams.
     *
     * @param length of all together, not more than the buffer's size
     * @return the caller's
     */
    ByteBuf joined(List<ByteBuf> datagrams, int length) {
        if (bytes.refCnt() == 1) {
            bytes.clear();
        } else if (bytes.writableBytes() < length) {
            bytes.release();
            bytes = allocator.directBuffer(size, size);
        }
        int start = bytes.writerIndex();
        for (ByteBuf datagram : datagrams) {
            bytes.writeBytes(datagram);
            datagram.release();
        }
        return bytes.retainedSlice(start, length);
    }

    void release() {
        bytes.release();
    }
}
