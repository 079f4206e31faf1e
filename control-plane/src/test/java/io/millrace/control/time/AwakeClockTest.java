package io.millrace.control.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AwakeClockTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicReference<Instant> timeOfDay = new AtomicReference<>(START);
    private final AtomicLong nanos = new AtomicLong(-7);
    private final AwakeClock clock = new AwakeClock(timeOfDay::get, nanos::get);

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
        timeOfDay.updateAndGet(now -> now.plus(time));
    }

    private void passWithBeats(Duration time) {
        Duration step = Duration.ofMillis(50);
        for (Duration left = time; left.isPositive(); left = left.minus(step)) {
            pass(step);
            clock.beat();
        }
    }

    @Test
    void goesOnWithTheMonotonicClock() {
        passWithBeats(Duration.ofSeconds(90));
        pass(Duration.ofMillis(30));
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(90).plusMillis(30));
        assertThat(clock.pauses()).isZero();
    }

    @Test
    void doesNotNoticeThatTheTimeOfDayIsSet() {
        for (long step : new long[] {60, -60, 3_600, -86_400}) {
            Instant before = clock.instant();
            timeOfDay.updateAndGet(now -> now.plusSeconds(step));
            assertThat(clock.instant()).isEqualTo(before);
            clock.beat();
            assertThat(clock.instant()).isEqualTo(before);
        }
        assertThat(clock.pauses()).isZero();
    }

    @Test
    void showsTheTimeOfDayThatPeopleKnowNow() {
        Instant moment = clock.instant();
        passWithBeats(Duration.ofSeconds(5));
        timeOfDay.updateAndGet(now -> now.plusSeconds(60));
        assertThat(clock.shown(moment)).isEqualTo(START.plusSeconds(60));
        assertThat(clock.shown(clock.instant())).isEqualTo(timeOfDay.get());
    }

    @Test
    void standsStillWhileTheProcessDoesAlsoForWhoeverAsksFirst() {
        passWithBeats(Duration.ofSeconds(10));
        pass(Duration.ofSeconds(30));
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(10).plus(AwakeClock.LONGEST));
        clock.beat();
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(10).plus(AwakeClock.LONGEST));
        assertThat(clock.pauses()).isEqualTo(1);
        assertThat(clock.paused()).isEqualTo(Duration.ofSeconds(30));
        passWithBeats(Duration.ofSeconds(2));
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(12).plus(AwakeClock.LONGEST));
    }

    @Test
    void aBusyMachineIsNoPause() {
        for (int i = 0; i < 100; i++) {
            pass(AwakeClock.LONGEST);
            clock.beat();
        }
        assertThat(clock.pauses()).isZero();
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(100));
    }
}
