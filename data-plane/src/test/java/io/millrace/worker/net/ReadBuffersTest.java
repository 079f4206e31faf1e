package io.millrace.worker.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadBuffersTest {

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
    void leavesTheBuffersToAWatchingAllocatorWhenLeaksAreLookedFor() {
        ReadBuffers watched = new ReadBuffers(true);
        ByteBuf one = watched.newHandle().allocate(UnpooledByteBufAllocator.DEFAULT);
        one.release();

        ByteBuf next = watched.newHandle().allocate(UnpooledByteBufAllocator.DEFAULT);

        assertThat(next).isNotSameAs(one);
        next.release();
    }
}
