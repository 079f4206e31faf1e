package io.millrace.worker.net.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SilenceClockTest {

    private final SilenceClock clock = new SilenceClock();

    @Test
    void silenceBeginsWithTheFirstLookAfterTheLastThingThatCame() {
        assertThat(clock.silentForNanos(1_000)).isZero();
        assertThat(clock.silentForNanos(3_000)).isEqualTo(2_000);
        clock.activity();
        assertThat(clock.silentForNanos(4_000)).isZero();
        assertThat(clock.silentForNanos(4_500)).isEqualTo(500);
    }

    @Test
    void whatCameIsTakenOnce() {
        assertThat(clock.takeActivity()).isTrue();
        assertThat(clock.takeActivity()).isFalse();
        clock.activity();
        assertThat(clock.takeActivity()).isTrue();
    }
}
