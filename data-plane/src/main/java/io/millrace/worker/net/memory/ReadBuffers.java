package io.millrace.worker.net.memory;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledUnsafeDirectByteBuf;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.FastThreadLocal;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What connections read into: buffers of one size, of which each event loop keeps a few and takes the one that came back last.
 * A relay passes a buffer on within microseconds, so nearly every read of a loop lands in the same memory, which the processor
 * still has at hand. (Netty's pool hands out the one that came back first.) One for all connections of a group of loops.
 */
public final class ReadBuffers extends DefaultMaxMessagesRecvByteBufAllocator {

    /**
     * Every read asks for this much: a buffer that adapts to small audio frames needs several reads for the next video frame. It
     * is the largest size that Netty's pool keeps in the cache of a thread.
     */
    static final int SIZE = 32 * 1024;

    /** Of each loop. Slow readers hold more than that; their buffers come from the channel's allocator. */
    private static final int KEPT = 64;

    private final List<Stack> stacks = new CopyOnWriteArrayList<>();
    private final FastThreadLocal<Stack> ofThisLoop = new FastThreadLocal<>() {
        @Override
        protected Stack initialValue() {
            Stack made = new Stack();
            stacks.add(made);
            return made;
        }
    };

    private final boolean watched;

    /**
     * Reads twice, although the first read took all there was: many origins leave Nagle's algorithm on, so that the rest of a video
     * frame leaves them only when its beginning was acknowledged, which reading does. The second read then finds the rest (or
     * nothing, which costs little), and the frame goes on in one write instead of two.
     */
    public ReadBuffers() {
        this(ResourceLeakDetector.getLevel().compareTo(ResourceLeakDetector.Level.ADVANCED) >= 0);
    }

    /** @param watched whether the leak detector sees these buffers as it sees those of Netty's pool */
    ReadBuffers(boolean watched) {
        super(2);
        respectMaybeMoreData(false);
        this.watched = watched;
    }

    @Override
    public MaxMessageHandle newHandle() {
        return new OneSize();
    }

    /** How many of the buffers that loops keep are in use: 0 when no connection is open, else there is a leak. Any thread. */
    public int outstanding() {
        return stacks.stream().mapToInt(Stack::outstanding).sum();
    }

    private final class OneSize extends MaxMessageHandle {

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            ReadBuffer kept = ofThisLoop.get().take();
            if (kept == null) {
                return allocator.ioBuffer(SIZE);
            }
            return watched ? LeakWatch.over(kept) : kept;
        }

        @Override
        public int guess() {
            return SIZE;
        }
    }

    /** The idle buffers of one loop; its thread alone takes them, any thread may bring one back. */
    private static final class Stack {

        private static final VarHandle HELD = heldField();

        private final Thread owner = Thread.currentThread();
        private final ArrayDeque<ReadBuffer> idle = new ArrayDeque<>(KEPT);
        private final ConcurrentLinkedQueue<ReadBuffer> fromElsewhere = new ConcurrentLinkedQueue<>();
        private final AtomicInteger backFromElsewhere = new AtomicInteger();
        private int made;

        /** Taken, less those that the owner brought back. */
        private int held;

        @Nullable
        ReadBuffer take() {
            ReadBuffer last = idle.pollLast();
            if (last == null) {
                last = fromElsewhere.poll();
            }
            if (last == null && made == KEPT) {
                return null;
            }
            HELD.setOpaque(this, held + 1);
            if (last != null) {
                return last.again();
            }
            made++;
            return new ReadBuffer(this);
        }

        void giveBack(ReadBuffer buffer) {
            if (Thread.currentThread() == owner) {
                HELD.setOpaque(this, held - 1);
                idle.addLast(buffer);
            } else {
                fromElsewhere.add(buffer);
                backFromElsewhere.incrementAndGet();
            }
        }

        int outstanding() {
            return (int) HELD.getOpaque(this) - backFromElsewhere.get();
        }

        private static VarHandle heldField() {
            try {
                return MethodHandles.lookup().findVarHandle(Stack.class, "held", int.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
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

    /** Netty's leak detector can be reached by allocators only. */
    private abstract static class LeakWatch extends AbstractByteBufAllocator {

        static ByteBuf over(ReadBuffer buffer) {
            return toLeakAwareBuffer(buffer);
        }
    }
}
