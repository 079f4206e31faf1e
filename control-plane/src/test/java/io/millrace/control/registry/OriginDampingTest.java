package io.millrace.control.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.registry.liveness.Liveness;
import io.millrace.control.registry.origin.Failures;
import io.millrace.model.OriginState;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Origins that fail again and again. */
class OriginDampingTest extends WatchedOrigins {

    @Test
    void whatFlapsIsDampedShownAndForgiven() {
        staticOrigin("n");
        pass(Duration.ofSeconds(3));
        int ups = 0;
        OriginState last = state("n");
        for (int second = 0; second < 300; second++) {
            network.is("n", second / 2 % 2 == 0 ? Answer.REFUSES : Answer.ANSWERS);
            pass(Duration.ofSeconds(1));
            ups += state("n") == OriginState.UP && last != OriginState.UP ? 1 : 0;
            last = state("n");
        }
        assertThat(ups).as("times it was used again in five minutes").isBetween(1, 4);
        network.is("n", Answer.ANSWERS);
        pass(Duration.ofSeconds(4));
        assertThat(state("n")).isEqualTo(OriginState.SUSPECT);
        assertThat(registry.unreachable(id("n"))).as("its streams are not gone").isFalse();
        assertThat(reason("n"))
                .matches("it answers again; failed \\d+ times lately, used again after \\d+s without a failure");
        pass(Liveness.LONGEST_PROBATION.plus(SETTINGS.probeInterval()));
        assertThat(state("n")).isEqualTo(OriginState.UP);
        pass(Liveness.FORGIVEN_AFTER.multipliedBy(12));
        assertThat(registry.known(id("n")).orElseThrow().failures()).isEqualTo(Failures.NONE);
    }

    @Test
    void theFirstFailureIsForgottenAtTheFirstAnswer() {
        staticOrigin("n");
        pass(Duration.ofSeconds(3));
        network.is("n", Answer.REFUSES);
        pass(Duration.ofSeconds(3));
        network.is("n", Answer.ANSWERS);
        pass(Duration.ofSeconds(3));
        assertThat(state("n")).isEqualTo(OriginState.UP);
        assertThat(registry.known(id("n")).orElseThrow().failures().lately()).isEqualTo(1);
    }

    @Test
    void whatRestartsAgainAndAgainIsDamped() {
        beat("a", "s0");
        pass(Duration.ofSeconds(5));
        beat("a", "s1");
        assertThat(state("a")).as("a restart is no failure").isEqualTo(OriginState.UP);
        for (int i = 2; i < 10; i++) {
            pass(Duration.ofSeconds(2));
            beat("a", "s" + i);
            assertThat(state("a")).isEqualTo(OriginState.SUSPECT);
            assertThat(registry.unreachable(id("a"))).isFalse();
        }
        assertThat(reason("a")).startsWith("it was restarted; failed");
    }

    @Test
    void aRestartThatEndsAFailureIsUpAtOnce() {
        beats("a", Duration.ofSeconds(9));
        pass(Duration.ofSeconds(90));
        dies("a", Answer.REFUSES);
        report("w1", "a");
        pass(Duration.ofSeconds(2));
        network.is("a", Answer.ANSWERS);
        beat("a", "s2");
        assertThat(state("a")).isEqualTo(OriginState.UP);
        assertThat(registry.unreachable(id("a"))).isFalse();
    }
}
