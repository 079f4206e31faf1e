package io.millrace.worker.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledUnsafeDirectByteBuf;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * What connections read into: buffers of one size, of which each event loop keeps a few and takes the one that came back last.
 * A relay passes a buffer on within microseconds, so nearly every read of a loop lands in the same memory, which the processor
 * still has at hand. (Netty's pool hands out the one that came back first.)
 *
 * <p>Under paranoid leak detection the buffers come from the channel's allocator, which watches them.
 */
final class ReadBuffers extends DefaultMaxMessagesRecvByteBufAllocator {

    /**
     * Every read asks for this much: a buffer that adapts to small audio frames needs several reads for the next video frame. It
     * is the largest size that Netty's pool keeps in the cache of a thread.
     */
    private static final int SIZE = 32 * 1024;

    /** Of each loop. Slow readers hold more than that; their buffers come from the channel's allocator. */
    private static final int KEPT = 64;

    private static final FastThreadLocal<Stack> OF_THIS_LOOP = new FastThreadLocal<>() {
        @Override
        protected Stack initialValue() {
            return new Stack();
        }
    };

    private final boolean watched;

    /**
     * Reads twice, although the first read took all there was: many origins leave Nagle's algorithm on, so that the rest of a video
     * frame leaves them only when its beginning was acknowledged, which reading does. The second read then finds the rest (or
     * nothing, which costs little), and the frame goes on in one write instead of two.
     */
    ReadBuffers() {
        this(ResourceLeakDetector.getLevel().compareTo(ResourceLeakDetector.Level.ADVANCED) >= 0);
    }

    ReadBuffers(boolean watched) {
        super(2);
        respectMaybeMoreData(false);
        this.watched = watched;
    }

    @Override
    public MaxMessageHandle newHandle() {
        return new OneSize();
    }

    private final class OneSize extends MaxMessageHandle {

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return watched ? allocator.ioBuffer(SIZE) : OF_THIS_LOOP.get().take(allocator);
        }

        @Override
        public int guess() {
            return SIZE;
        }
    }

    /** The idle buffers of one loop; its thread alone touches it. */
    private static final class Stack {

        private final Thread owner = Thread.currentThread();
        private final ArrayDeque<ReadBuffer> idle = new ArrayDeque<>(KEPT);
        private int made;

        ByteBuf take(ByteBufAllocator allocator) {
            ReadBuffer last = idle.pollLast();
            if (last != null) {
                return last.again();
            }
            if (made < KEPT) {
                made++;
                return new ReadBuffer(this);
            }
            return allocator.ioBuffer(SIZE);
        }

        /** One that another thread let go of is left to the garbage collector. */
        void giveBack(ReadBuffer buffer) {
            if (Thread.currentThread() == owner) {
                idle.addLast(buffer);
            }
        }
    }

    private static final class ReadBuffer extends UnpooledUnsafeDirectByteBuf {

        private final Stack home;

        ReadBuffer(Stack home) {
            super(UnpooledByteBufAllocator.DEFAULT, ByteBuffer.allocateDirect(SIZE), SIZE);
            this.home = home;
            clear();
        }

        ReadBuffer again() {
            resetRefCnt();
            clear();
            return this;
        }

        @Override
        protected void deallocate() {
            home.giveBack(this);
        }
    }
}
