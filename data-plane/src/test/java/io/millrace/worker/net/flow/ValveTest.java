package io.millrace.worker.net.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ValveTest {

    /** A channel that takes what is written only when it is told to. */
    private static final class SlowChannel extends EmbeddedChannel {
        private boolean takes;
        private final Queue<Object> taken = new ArrayDeque<>();

        @Override
        protected void doWrite(io.netty.channel.ChannelOutboundBuffer waiting) {
            while (takes && waiting.current() != null) {
                taken.add(waiting.current());
                waiting.remove();
            }
        }

        void takeAll() {
            takes = true;
            flush();
            takes = false;
        }
    }

    private final EmbeddedChannel source = new EmbeddedChannel();
    private final SlowChannel sink = new SlowChannel();
    private final Valve valve = new Valve(source, sink);

    ValveTest() {
        sink.config().setWriteBufferWaterMark(new WriteBufferWaterMark(500, 1_000));
    }

    private boolean write(int bytes) {
        sink.write(Unpooled.wrappedBuffer(new byte[bytes]));
        sink.flush();
        return valve.afterFlush();
    }

    @AfterEach
    void close() {
        source.finishAndReleaseAll();
        sink.finishAndReleaseAll();
    }

    @Test
    void shutsWhenTooManyBytesWaitAndOpensWhenAllAreGone() {
        assertThat(write(100)).isFalse();
        assertThat(source.config().isAutoRead()).isTrue();
        assertThat(write(2_000)).isTrue();
        assertThat(valve.isShut()).isTrue();
        assertThat(source.config().isAutoRead()).isFalse();
        assertThat(write(100)).as("it is shut already").isFalse();
        sink.takeAll();
        assertThat(valve.isShut()).isFalse();
        assertThat(source.config().isAutoRead()).isTrue();
    }

    @Test
    void shutsWhenManySmallBuffersWait() {
        int written = 0;
        while (!write(1)) {
            assertThat(++written).as("buffers that wait for a slow sink").isLessThan(100);
        }
        assertThat(source.config().isAutoRead()).isFalse();
        sink.takeAll();
        assertThat(source.config().isAutoRead()).isTrue();
    }

    @Test
    void tellsHowLongTheSinkHasTakenNothing() {
        long now = System.nanoTime();
        assertThat(valve.stalledForNanos(now)).isZero();
        write(2_000);
        long later = System.nanoTime() + Duration.ofSeconds(7).toNanos();
        assertThat(valve.stalledForNanos(later))
                .isGreaterThanOrEqualTo(Duration.ofSeconds(6).toNanos());
        sink.takeAll();
        assertThat(valve.stalledForNanos(later)).isZero();
    }

    @Test
    void openedBySinkThatIsGoneLetsTheSourceTellOfItsEnd() {
        write(2_000);
        sink.close();
        assertThat(source.config().isAutoRead()).isTrue();
        assertThat(valve.afterFlush()).isFalse();
    }
}
