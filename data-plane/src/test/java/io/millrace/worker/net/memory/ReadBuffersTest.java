package io.millrace.worker.net.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ReadBuffersTest {

    /** So many each loop keeps. */
    private static final int KEPT = 64;

    private final ReadBuffers buffers = new ReadBuffers(false);

    private ByteBuf take() {
        return buffers.newHandle().allocate(UnpooledByteBufAllocator.DEFAULT);
    }

    @Test
    void handsOutTheOneThatCameBackLast() {
        ByteBuf one = take();
        ByteBuf other = take();
        other.release();
        one.release();

        ByteBuf next = take();

        assertThat(next).isSameAs(one);
        assertThat(next.refCnt()).isOne();
        next.release();
    }

    @Test
    void isEmptyWhenItIsTakenAgain() {
        ByteBuf used = take();
        used.writeZero(1_000).skipBytes(10);
        used.release();

        ByteBuf again = take();

        assertThat(again.readableBytes()).isZero();
        assertThat(again.writableBytes()).isEqualTo(32 * 1024);
        again.release();
    }

    @Test
    void isNotHandedOutWhileASliceOfItIsAlive() {
        ByteBuf used = take();
        used.writeZero(1_000);
        ByteBuf slice = used.retainedSlice(10, 20);
        used.release();

        ByteBuf next = take();

        assertThat(next).isNotSameAs(used);
        slice.release();
        next.release();
    }

    @Test
    void handsOutOrdinaryOnesWhenSlowReadersHoldAllThatAreKept() {
        List<ByteBuf> held = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            held.add(take());
        }

        assertThat(held)
                .usingElementComparator((a, b) -> a == b ? 0 : 1)
                .doesNotHaveDuplicates()
                .allMatch(buffer -> buffer.writableBytes() == 32 * 1024);
        held.forEach(ByteBuf::release);
    }

    @Test
    void keepsItsBuffersWhenOtherThreadsLetGoOfThem() throws InterruptedException {
        List<ByteBuf> kept = new ArrayList<>();
        for (int i = 0; i < KEPT; i++) {
            kept.add(take());
        }
        assertThat(buffers.outstanding()).isEqualTo(KEPT);
        Thread otherLoop = new Thread(() -> kept.forEach(ByteBuf::release));
        otherLoop.start();
        otherLoop.join();
        assertThat(buffers.outstanding()).isZero();

        List<ByteBuf> again = new ArrayList<>();
        for (int i = 0; i < KEPT; i++) {
            again.add(take());
        }

        assertThat(again)
                .usingElementComparator((a, b) -> a == b ? 0 : 1)
                .containsAll(kept)
                .doesNotHaveDuplicates();
        assertThat(again).allMatch(buffer -> buffer.refCnt() == 1 && buffer.readableBytes() == 0);
        again.forEach(ByteBuf::release);
        assertThat(buffers.outstanding()).isZero();
    }

    @Test
    void neverHandsOutABufferTwiceWhileManyThreadsBringThemBack() throws Exception {
        Set<ByteBuf> held = Collections.newSetFromMap(new IdentityHashMap<>());
        ConcurrentLinkedQueue<ByteBuf> elsewhere = new ConcurrentLinkedQueue<>();
        AtomicBoolean over = new AtomicBoolean();
        Thread otherLoop = new Thread(() -> {
            while (!over.get() || !elsewhere.isEmpty()) {
                ByteBuf next = elsewhere.poll();
                if (next != null) {
                    synchronized (held) {
                        held.remove(next);
                    }
                    next.release();
                }
            }
        });
        otherLoop.start();
        for (int i = 0; i < 100_000; i++) {
            ByteBuf taken = take();
            synchronized (held) {
                assertThat(held.add(taken)).as("nobody else has it").isTrue();
            }
            elsewhere.add(taken);
        }
        over.set(true);
        otherLoop.join();
        assertThat(buffers.outstanding()).isZero();
    }

    @Test
    void countsWhatIsInUse() {
        ByteBuf one = take();
        ByteBuf other = take();
        ByteBuf slice = one.writeZero(10).readRetainedSlice(5);
        one.release();
        other.release();

        assertThat(buffers.outstanding()).as("a slice keeps its buffer").isOne();
        slice.release();
        assertThat(buffers.outstanding()).isZero();
    }

    @Test
    void takesTheSameBuffersWhenLeaksAreLookedFor() {
        ReadBuffers watched = new ReadBuffers(true);
        ByteBuf one = watched.newHandle().allocate(UnpooledByteBufAllocator.DEFAULT);
        ByteBuf buffer = one.unwrap();
        one.release();

        ByteBuf next = watched.newHandle().allocate(UnpooledByteBufAllocator.DEFAULT);

        assertThat(next.unwrap()).isSameAs(buffer);
        assertThat(next).as("the leak detector's view of it").isNotSameAs(buffer);
        next.release();
        assertThat(watched.outstanding()).isZero();
    }
}
