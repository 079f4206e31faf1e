package io.millrace.worker.net.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

class PinnedBytesTest {

    private static final int BUFFER = 32 * 1024;

    private final PinnedBytes pinned = new PinnedBytes();
    private final ReadBuffers buffers = new ReadBuffers();

    private ByteBuf read() {
        return buffers.newHandle().allocate(UnpooledByteBufAllocator.DEFAULT).writeZero(1_000);
    }

    @Test
    void aSmallSliceCountsAsTheBufferThatItKeeps() {
        ByteBuf buffer = read();
        ByteBuf slice = buffer.retainedSlice(10, 5);
        assertThat(pinned.size(slice)).isEqualTo(BUFFER);
        slice.release();
        buffer.release();
    }

    @Test
    void slicesOfOneBufferCountItOnceWithHeadersBetweenThem() {
        ByteBuf buffer = read();
        ByteBuf other = read();
        ByteBuf header = Unpooled.buffer(16, 16);
        assertThat(pinned.size(buffer.slice(0, 100))).isEqualTo(BUFFER);
        assertThat(pinned.size(header)).isEqualTo(16);
        assertThat(pinned.size(buffer.slice(100, 100))).isZero();
        assertThat(pinned.size(other)).isEqualTo(BUFFER);
        assertThat(pinned.size(buffer.slice(200, 100))).isEqualTo(BUFFER);
        assertThat(pinned.total()).isEqualTo(3 * BUFFER + 16 + 5 * 96);
        buffer.release();
        other.release();
    }

    @Test
    void ofLargerBuffersOnlyTheBytesCount() {
        ByteBuf cached = Unpooled.wrappedBuffer(new byte[1 << 20]);
        assertThat(pinned.size(cached.slice(0, 70_000))).isEqualTo(70_000);
        assertThat(pinned.size(cached.slice(70_000, 10))).isEqualTo(10);
    }
}
