package io.millrace.control.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.events.EventKind;
import io.millrace.control.registry.liveness.Liveness;
import io.millrace.control.registry.probe.ProbeResult;
import io.millrace.model.OriginState;
import io.millrace.model.wire.OriginObservation;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Workers that cannot reach an origin. */
class OriginReportsOfWorkersTest extends WatchedOrigins {

    @Test
    void aReportWithWhichTheProbeAgreesCountsAtOnce() {
        beats("a", Duration.ofSeconds(9));
        pass(Duration.ofSeconds(90));
        network.is("a", Answer.REFUSES);
        report("w1", "a");
        assertThat(state("a")).isEqualTo(OriginState.SUSPECT);
        assertThat(registry.unreachable(id("a"))).isTrue();
        assertThat(reason("a")).isEqualTo("worker w1: refused; a probe failed too: a refuses");
        assertThat(registry.reportCounts().timesConfirmed()).isEqualTo(1);
    }

    @Test
    void oneBlindWorkerCondemnsNoOrigin() {
        beats("a", Duration.ofSeconds(9));
        pass(Duration.ofSeconds(90));
        for (int i = 0; i < 20; i++) {
            report("blind", "a");
            assertThat(registry.unreachable(id("a"))).isFalse();
            pass(Duration.ofSeconds(7));
        }
        assertThat(state("a")).isEqualTo(OriginState.UP);
        assertThat(registry.reportCounts().timesContradicted()).isEqualTo(20);
        assertThat(kinds()).containsOnlyOnce(EventKind.ORIGIN_REPORT_CONTRADICTED);
        assertThat(stateChanges("a")).isZero();
    }

    @Test
    void anotherWorkerThatAgreesCountsAgainstTheProbe() {
        beats("a", Duration.ofSeconds(9));
        pass(Duration.ofSeconds(90));
        report("w1", "a");
        pass(Duration.ofSeconds(10));
        report("w2", "a");
        assertThat(state("a")).isEqualTo(OriginState.SUSPECT);
        assertThat(registry.unreachable(id("a"))).isTrue();
        assertThat(reason("a")).isEqualTo("worker w1: refused; worker w2: refused");
        pass(Duration.ofSeconds(4));
        assertThat(state("a")).as("probes do not see what workers see").isEqualTo(OriginState.SUSPECT);
        pass(Duration.ofSeconds(8));
        assertThat(state("a")).isEqualTo(OriginState.UP);
    }

    @Test
    void whatTwoWorkersSawFarApartIsNoAgreement() {
        beats("a", Duration.ofSeconds(9));
        pass(Duration.ofSeconds(90));
        report("w1", "a");
        pass(Liveness.REPORT_MEMORY.plus(TICK));
        report("w2", "a");
        assertThat(state("a")).isEqualTo(OriginState.UP);
        assertThat(registry.known(id("a")).orElseThrow().failures().reports()).hasSize(1);
    }

    @Test
    void theSameFailureToldTwiceIsOne() {
        workers = 1;
        beats("a", Duration.ofSeconds(9));
        pass(Duration.ofSeconds(90));
        OriginObservation observation = observation("a");
        for (int i = 0; i < 10; i++) {
            registry.observe("w1", observation);
        }
        assertThat(state("a")).isEqualTo(OriginState.UP);
        assertThat(network.attempts("a")).isEqualTo(1);
    }

    @Test
    void theOnlyWorkerIsBelievedAfterThreeFailures() {
        workers = 1;
        beats("a", Duration.ofSeconds(9));
        pass(Duration.ofSeconds(90));
        report("w1", "a");
        pass(Duration.ofSeconds(5));
        report("w1", "a");
        assertThat(state("a")).isEqualTo(OriginState.UP);
        pass(Duration.ofSeconds(10));
        report("w1", "a");
        assertThat(state("a")).isEqualTo(OriginState.SUSPECT);
        assertThat(registry.unreachable(id("a"))).isTrue();
    }

    @Test
    void aProbeThatBeganBeforeItDiedIsFollowedByAnother() {
        beats("a", Duration.ofSeconds(9));
        pass(Duration.ofSeconds(90));
        network.is("a", Answer.LATER);
        report("w1", "a");
        report("w1", "a");
        network.is("a", Answer.REFUSES);
        network.release(ProbeResult.ANSWERED);
        assertThat(registry.unreachable(id("a"))).isTrue();
        assertThat(network.attempts("a")).isEqualTo(2);
    }

    @Test
    void beatsDoNotLiftWhatAProbeFoundAndAProbeDoes() {
        beats("a", Duration.ofSeconds(2));
        pass(Duration.ofSeconds(90));
        network.is("a", Answer.REFUSES);
        report("w1", "a");
        pass(Duration.ofMinutes(5));
        assertThat(state("a")).as("it beats, or somebody does for it").isEqualTo(OriginState.SUSPECT);
        assertThat(registry.unreachable(id("a"))).isTrue();
        network.is("a", Answer.ANSWERS);
        pass(SETTINGS.probeInterval());
        assertThat(state("a")).as("at the first answer").isEqualTo(OriginState.UP);
    }
}
