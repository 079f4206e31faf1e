package io.millrace.control.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.registry.probe.ProbeResult;
import io.millrace.control.registry.probe.ProbeTarget.Kind;
import io.millrace.model.Listener;
import io.millrace.model.OriginState;
import io.millrace.model.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Origins whose beats stop: which of them are up, suspect and down. */
class OriginSilenceTest extends WatchedOrigins {

    @Test
    void silentAndRefusedIsDownAtOnce() {
        beats("a", Duration.ofSeconds(9));
        pass(Duration.ofSeconds(90));
        dies("a", Answer.REFUSES);
        pass(Duration.ofSeconds(15));
        assertThat(state("a")).isEqualTo(OriginState.UP);
        pass(TICK);
        assertThat(state("a")).isEqualTo(OriginState.DOWN);
        assertThat(reason("a")).isEqualTo("no beat for 15s, and a probe failed: a refuses");
        assertThat(network.attempts("a")).isEqualTo(1);
    }

    @Test
    void silentAndUnansweredIsDownAfterThreeProbes() {
        beats("a", Duration.ofSeconds(9));
        pass(Duration.ofSeconds(90));
        dies("a", Answer.FROZEN);
        pass(Duration.ofMillis(15_500));
        assertThat(state("a")).isEqualTo(OriginState.SUSPECT);
        assertThat(registry.unreachable(id("a"))).as("one probe may be lost").isFalse();
        pass(Duration.ofSeconds(3));
        assertThat(state("a")).isEqualTo(OriginState.SUSPECT);
        assertThat(registry.unreachable(id("a"))).isTrue();
        pass(Duration.ofMillis(2_500));
        assertThat(state("a")).isEqualTo(OriginState.SUSPECT);
        pass(TICK);
        assertThat(state("a")).isEqualTo(OriginState.DOWN);
        assertThat(network.attempts("a")).isEqualTo(3);
        assertThat(network.kinds).containsOnly(Kind.RTMP_HANDSHAKE);
    }

    @Test
    void silentAndUnansweredIsDownAfterTheTimeToLiveWhereThatIsSooner() {
        settings = with(Duration.ofSeconds(30), Duration.ofSeconds(16));
        start();
        beats("a", Duration.ofSeconds(9));
        pass(Duration.ofSeconds(90));
        dies("a", Answer.FROZEN);
        pass(Duration.ofSeconds(31));
        assertThat(state("a")).isEqualTo(OriginState.SUSPECT);
        pass(TICK);
        assertThat(state("a")).isEqualTo(OriginState.DOWN);
        assertThat(network.attempts("a")).isEqualTo(2);
    }

    @Test
    void silentAndAnsweringStaysSuspectAndUsable() {
        beats("a", Duration.ofSeconds(9));
        pass(Duration.ofSeconds(90));
        beating.remove("a");
        pass(Duration.ofHours(3));
        assertThat(state("a")).isEqualTo(OriginState.SUSPECT);
        assertThat(registry.unreachable(id("a"))).isFalse();
        assertThat(reason("a")).isEqualTo("no beats, but it answers probes");
        assertThat(stateChanges("a")).isEqualTo(1);
        beat("a", "s1");
        assertThat(state("a")).isEqualTo(OriginState.UP);
    }

    @Test
    void whatIsDownIsSuspectAsSoonAsItAnswersAndUpAsSoonAsItBeats() {
        beats("a", Duration.ofSeconds(9));
        pass(Duration.ofSeconds(90));
        dies("a", Answer.FROZEN);
        pass(Duration.ofMinutes(10));
        assertThat(state("a")).isEqualTo(OriginState.DOWN);
        network.is("a", Answer.ANSWERS);
        pass(SETTINGS.probeInterval());
        assertThat(state("a")).isEqualTo(OriginState.SUSPECT);
        assertThat(registry.unreachable(id("a"))).isFalse();
        beat("a", "s1");
        assertThat(state("a")).isEqualTo(OriginState.UP);
    }

    @Test
    void whatIsDownIsForgotten() {
        beats("a", Duration.ofSeconds(9));
        pass(Duration.ofSeconds(90));
        dies("a", Answer.REFUSES);
        pass(Duration.ofMillis(15_500));
        pass(SETTINGS.forgetAfter());
        assertThat(registry.find(id("a"))).isPresent();
        pass(Duration.ofSeconds(1));
        assertThat(registry.find(id("a"))).isEmpty();
    }

    @Test
    void registeringOnceAMinuteByCronIsUsableAtOnceAndUpFromTheSecondTimeOn() {
        Beating cron = beats("cron", Duration.ofSeconds(60));
        for (int second = 0; second < 59; second++) {
            pass(Duration.ofSeconds(1));
            assertThat(state("cron")).isNotEqualTo(OriginState.DOWN);
            assertThat(registry.unreachable(id("cron"))).isFalse();
        }
        pass(Duration.ofSeconds(1));
        int before = stateChanges("cron");
        for (int i = 0; i < 30; i++) {
            cron.late(Duration.ofSeconds(i % 3));
            pass(Duration.ofSeconds(60));
            assertThat(state("cron")).isEqualTo(OriginState.UP);
        }
        assertThat(stateChanges("cron")).isEqualTo(before);
        dies("cron", Answer.FROZEN);
        pass(Duration.ofSeconds(110));
        assertThat(state("cron")).as("and it is found dead").isEqualTo(OriginState.DOWN);
    }

    @Test
    void beatsEveryThirtySecondsDoNotFlap() {
        beats("a", Duration.ofSeconds(30));
        pass(Duration.ofSeconds(31));
        int before = stateChanges("a");
        pass(Duration.ofMinutes(30));
        assertThat(state("a")).isEqualTo(OriginState.UP);
        assertThat(stateChanges("a")).isEqualTo(before);
        assertThat(registry.known(id("a")).orElseThrow().signs().interval()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void timeInWhichItWasDeadIsNoInterval() {
        beats("a", Duration.ofSeconds(9));
        pass(Duration.ofSeconds(90));
        dies("a", Answer.FROZEN);
        pass(Duration.ofMinutes(4));
        network.is("a", Answer.ANSWERS);
        beats("a", Duration.ofSeconds(9));
        pass(Duration.ofSeconds(90));
        dies("a", Answer.REFUSES);
        pass(Duration.ofMillis(15_500));
        assertThat(state("a")).isEqualTo(OriginState.DOWN);
    }

    @Test
    void anotherControlPlaneThatTakesOverKnowsTheIntervalAndGivesAFreshGrace() {
        beats("cron", Duration.ofSeconds(60));
        pass(Duration.ofSeconds(150));
        start();
        int before = stateChanges("cron");
        pass(Duration.ofSeconds(60));
        assertThat(stateChanges("cron")).isEqualTo(before);
        assertThat(state("cron")).isEqualTo(OriginState.UP);
        dies("cron", Answer.REFUSES);
        pass(Duration.ofSeconds(95));
        assertThat(state("cron")).isEqualTo(OriginState.DOWN);
    }

    @Test
    void whenTheClockOfTheMachineIsSetNoOriginIsLate() {
        beats("a", Duration.ofSeconds(9));
        pass(Duration.ofSeconds(90));
        int before = stateChanges("a");
        for (int i = 0; i < 20; i++) {
            clock.set(Duration.ofSeconds(i % 2 == 0 ? 60 : -120));
            pass(Duration.ofSeconds(5));
            assertThat(state("a")).isEqualTo(OriginState.UP);
        }
        assertThat(stateChanges("a")).isEqualTo(before);
        clock.set(Duration.ofHours(-2));
        dies("a", Answer.REFUSES);
        pass(Duration.ofMillis(15_500));
        assertThat(state("a")).isEqualTo(OriginState.DOWN);
    }

    @Test
    void aProbeThatFailedWhileThisProcessStoodStillSaysNothing() {
        staticOrigin("n");
        pass(TICK);
        assertThat(state("n")).isEqualTo(OriginState.UP);
        network.is("n", Answer.LATER);
        pass(SETTINGS.probeInterval());
        clock.pause();
        network.release(ProbeResult.unanswered("n"));
        assertThat(state("n")).isEqualTo(OriginState.UP);
    }

    @Test
    void withoutAnRtmpEndpointATcpConnectMustDo() {
        beats("web", Duration.ofSeconds(9), Map.of(Listener.HTTP, endpoint(Transport.TCP, "web", 8080)));
        pass(Duration.ofSeconds(90));
        dies("web", Answer.REFUSES);
        pass(Duration.ofMillis(15_500));
        assertThat(state("web")).isEqualTo(OriginState.DOWN);
        assertThat(network.kinds).containsExactly(Kind.TCP_CONNECT);
    }

    @Test
    void whatCannotBeProbedIsDownAfterTheTimeToLive() {
        beats("udp", Duration.ofSeconds(9), Map.of(Listener.SRT, endpoint(Transport.UDP, "udp", 10080)));
        pass(Duration.ofSeconds(90));
        beating.remove("udp");
        pass(Duration.ofMillis(15_500));
        assertThat(state("udp")).isEqualTo(OriginState.SUSPECT);
        pass(Duration.ofSeconds(14));
        assertThat(state("udp")).isEqualTo(OriginState.SUSPECT);
        pass(TICK.multipliedBy(2));
        assertThat(state("udp")).isEqualTo(OriginState.DOWN);
        beat("udp", "s1", Map.of(Listener.SRT, endpoint(Transport.UDP, "udp", 10080)));
        assertThat(state("udp")).isEqualTo(OriginState.UP);
        assertThat(network.kinds).isEmpty();
    }

    @Test
    void aFrozenOriginThatNeverRegistersIsFoundAndComesBack() {
        staticOrigin("n");
        assertThat(state("n")).isEqualTo(OriginState.SUSPECT);
        pass(TICK);
        assertThat(state("n")).isEqualTo(OriginState.UP);
        network.is("n", Answer.FROZEN);
        List<OriginState> states = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            pass(SETTINGS.probeInterval());
            states.add(state("n"));
        }
        assertThat(states).containsExactly(OriginState.SUSPECT, OriginState.SUSPECT, OriginState.DOWN);
        assertThat(network.kinds).containsOnly(Kind.RTMP_HANDSHAKE);
        network.is("n", Answer.ANSWERS);
        pass(SETTINGS.probeInterval());
        assertThat(state("n")).isEqualTo(OriginState.UP);
        network.is("n", Answer.REFUSES);
        pass(SETTINGS.probeInterval());
        assertThat(state("n")).as("it never beats, and refuses").isEqualTo(OriginState.DOWN);
    }
}
