package io.millrace.control.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.time.MovableClock;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RefusedCallersTest {

    @Test
    void logsARefusedSourceOncePerMinute() {
        MovableClock clock = new MovableClock();
        RefusedCallers refused = new RefusedCallers(clock);
        assertThat(refused.refused("192.0.2.1", "GET x", "the cluster token")).isTrue();
        assertThat(refused.refused("192.0.2.1", "GET x", "the cluster token")).isFalse();
        assertThat(refused.refused("192.0.2.2", "GET x", "the cluster token")).isTrue();
        clock.advance(Duration.ofSeconds(59));
        assertThat(refused.refused("192.0.2.1", "GET x", "the cluster token")).isFalse();
        clock.advance(Duration.ofSeconds(1));
        assertThat(refused.refused("192.0.2.1", "GET x", "the cluster token")).isTrue();
        assertThat(refused.total()).isEqualTo(5);
    }

    @Test
    void boundsTheLinesOfManySources() {
        MovableClock clock = new MovableClock();
        RefusedCallers refused = new RefusedCallers(clock);
        long lines = Stream.iterate(0, i -> i + 1)
                .limit(100_000)
                .filter(i -> refused.refused("source " + i, "GET x", "the cluster token"))
                .count();
        assertThat(lines).isEqualTo(RefusedCallers.MAX_SOURCES);
        clock.advance(Duration.ofMinutes(1));
        assertThat(refused.refused("another", "GET x", "the cluster token")).isTrue();
    }
}
