package io.millrace.worker.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

class ValveTest {

    private final EmbeddedChannel source = new EmbeddedChannel();
    private final EmbeddedChannel sink = new EmbeddedChannel();
    private final Valve valve = new Valve(source, sink);

    ValveTest() {
        sink.config().setWriteBufferWaterMark(new WriteBufferWaterMark(100, 200));
    }

    @Test
    void readsOnlyWhileTheOtherSideTakesIt() {
        assertThat(valve.afterWrite()).isFalse();
        sink.write(Unpooled.buffer().writeZero(1_000));
        assertThat(sink.isWritable()).isFalse();
        assertThat(source.config().isAutoRead()).isTrue();

        assertThat(valve.afterWrite()).isTrue();
        assertThat(valve.afterWrite()).as("shut already").isFalse();
        assertThat(source.config().isAutoRead()).isFalse();
        valve.sinkChanged();
        assertThat(source.config().isAutoRead()).isFalse();

        sink.flush();
        sink.releaseOutbound();
        valve.sinkChanged();
        assertThat(source.config().isAutoRead()).isTrue();
        assertThat(valve.shutForNanos(System.nanoTime())).isZero();
    }

    @Test
    void knowsHowLongItHasBeenShut() {
        assertThat(valve.shutForNanos(Long.MAX_VALUE)).isZero();
        sink.write(Unpooled.buffer().writeZero(1_000));
        long before = System.nanoTime();
        valve.afterWrite();
        assertThat(valve.shutForNanos(before + 5_000_000_000L)).isBetween(1L, 5_000_000_000L);
        sink.flush();
        sink.releaseOutbound();
    }

    @Test
    void leavesASourceAloneThatSomebodyElseStopped() {
        source.config().setAutoRead(false);
        valve.sinkChanged();
        assertThat(source.config().isAutoRead()).isFalse();
    }
}
