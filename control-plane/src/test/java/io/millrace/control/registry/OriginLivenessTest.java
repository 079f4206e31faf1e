package io.millrace.control.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.config.StaticOrigin;
import io.millrace.control.config.StoredConfigRepository;
import io.millrace.control.events.Event;
import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.registry.liveness.Liveness;
import io.millrace.control.registry.liveness.PanicMode;
import io.millrace.control.registry.liveness.RegistrySettings;
import io.millrace.control.registry.origin.Failures;
import io.millrace.control.registry.origin.KnownOrigin;
import io.millrace.control.registry.origin.Registration;
import io.millrace.control.registry.probe.Probe;
import io.millrace.control.registry.probe.ProbeResult;
import io.millrace.control.registry.probe.ProbeTarget;
import io.millrace.control.registry.probe.ProbeTarget.Kind;
import io.millrace.control.start.RebuildWindow;
import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.control.time.MovableClock;
import io.millrace.model.Endpoint;
import io.millrace.model.Incarnation;
import io.millrace.model.Listener;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginKind;
import io.millrace.model.OriginState;
import io.millrace.model.Transport;
import io.millrace.model.wire.OriginObservation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Who is up, suspect and down, by a clock that the test moves and probes whose results it gives. */
class OriginLivenessTest {

    private static final Duration TICK = Duration.ofMillis(500);
    private static final RegistrySettings SETTINGS = new RegistrySettings(
            Duration.ofSeconds(15),
            Duration.ofSeconds(30),
            Duration.ofHours(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(3),
            Duration.ofSeconds(2));

    private final MovableClock clock = new MovableClock();
    private final EventLog events = new EventLog(clock, 100_000);
    private final MemoryKeyedStore<OriginId, KnownOrigin> store = new MemoryKeyedStore<>(clock);
    private final StoredConfigRepository config =
            new StoredConfigRepository(new MemoryKeyedStore<>(clock), new MemoryKeyedStore<>(clock), clock);
    private final Network network = new Network();
    private final Map<String, Beating> beating = new HashMap<>();
    private RegistrySettings settings = SETTINGS;
    private int workers = 3;
    private int reports;
    private OriginRegistry registry;
    private Prober prober;

    OriginLivenessTest() {
        start();
    }

    /** A control plane on the same store begins to watch. */
    private void start() {
        registry = new OriginRegistry(
                store, config, events, clock, settings, new RebuildWindow(clock, Duration.ZERO), null);
        prober = new Prober(registry, network, clock, settings);
        registry.checkedBy(prober::check);
        registry.workersCountedBy(() -> workers);
        registry.beginWatching();
    }

    // Silence

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
    void whenTheClockOfTheMachineIsSetNobodyIsLate() {
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

    // Workers' reports

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

    // Damping

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

    // Too many at once

    @Test
    void whenMostLookDeadAtOnceTheTableKeepsThemAndSaysSo() {
        List<String> names = List.of("a", "b", "c", "d", "e");
        names.forEach(this::staticOrigin);
        pass(Duration.ofSeconds(3));
        names.subList(0, 2).forEach(name -> network.is(name, Answer.REFUSES));
        pass(Duration.ofSeconds(3));
        assertThat(shown("a")).isEqualTo(OriginState.DOWN);
        assertThat(kinds()).doesNotContain(EventKind.ORIGINS_PANIC);
        network.is("c", Answer.REFUSES);
        pass(Duration.ofSeconds(3));
        for (String name : List.of("a", "b", "c")) {
            assertThat(shown(name)).as("in the table").isEqualTo(OriginState.UP);
            assertThat(state(name)).as("believed").isEqualTo(OriginState.DOWN);
            assertThat(registry.unreachable(id(name))).isFalse();
        }
        assertThat(registry.kept()).isEqualTo(3);
        assertThat(messages(EventKind.ORIGINS_PANIC)).singleElement().asString().startsWith("began: 3 of 5 origins");
        pass(Duration.ofMinutes(30));
        assertThat(registry.kept()).as("for as long as it is so").isEqualTo(3);
        network.is("c", Answer.ANSWERS);
        pass(Duration.ofSeconds(3));
        assertThat(registry.kept()).isZero();
        assertThat(shown("a")).isEqualTo(OriginState.DOWN);
        assertThat(shown("c")).isEqualTo(OriginState.UP);
        assertThat(messages(EventKind.ORIGINS_PANIC))
                .hasSize(2)
                .last()
                .asString()
                .startsWith("ended");
    }

    @Test
    void aBlindControlPlaneKeepsAllThatBeatNoMore() {
        List<String> names = List.of("a", "b", "c", "d");
        names.forEach(name -> beats(name, Duration.ofSeconds(9)));
        pass(Duration.ofSeconds(90));
        names.forEach(name -> dies(name, Answer.FROZEN));
        pass(Duration.ofMinutes(2));
        names.forEach(name -> assertThat(shown(name)).isEqualTo(OriginState.UP));
        assertThat(registry.kept()).isEqualTo(4);
    }

    @Test
    void twoOfThreeAndWhatDiedLongAgoAreNoPanic() {
        List<String> names = List.of("a", "b", "c");
        names.forEach(this::staticOrigin);
        pass(Duration.ofSeconds(3));
        names.subList(0, 2).forEach(name -> network.is(name, Answer.REFUSES));
        pass(Duration.ofSeconds(3));
        assertThat(shown("a")).isEqualTo(OriginState.DOWN);
        pass(PanicMode.AT_ONCE);
        network.is("c", Answer.REFUSES);
        pass(Duration.ofSeconds(3));
        assertThat(shown("c")).isEqualTo(OriginState.DOWN);
        assertThat(kinds()).doesNotContain(EventKind.ORIGINS_PANIC);
    }

    @Test
    void whatWasNeverUpIsNotKept() {
        for (String name : List.of("a", "b", "c")) {
            network.is(name, Answer.REFUSES);
            staticOrigin(name);
        }
        pass(Duration.ofSeconds(10));
        assertThat(shown("a")).isEqualTo(OriginState.DOWN);
        assertThat(kinds()).doesNotContain(EventKind.ORIGINS_PANIC);
    }

    // What the tests do

    private void pass(Duration time) {
        for (Duration left = time; left.isPositive(); left = left.minus(TICK)) {
            clock.advance(TICK);
            beating.forEach((name, each) -> each.tick());
            registry.sweep();
            prober.round();
        }
    }

    private Beating beats(String name, Duration interval) {
        return beats(name, interval, Map.of(Listener.RTMP, endpoint(Transport.TCP, name, 1935)));
    }

    private Beating beats(String name, Duration interval, Map<Listener, List<Endpoint>> endpoints) {
        Beating next = new Beating(interval, () -> beat(name, "s1", endpoints));
        beating.put(name, next);
        return next;
    }

    private void dies(String name, Answer how) {
        beating.remove(name);
        network.is(name, how);
        beat(name, "s1", registry.find(id(name)).orElseThrow().endpoints());
    }

    private void beat(String name, String service) {
        beat(name, service, Map.of(Listener.RTMP, endpoint(Transport.TCP, name, 1935)));
    }

    private void beat(String name, String service, Map<Listener, List<Endpoint>> endpoints) {
        registry.register(new Registration(
                id(name),
                name,
                "10.0.0.1",
                new Incarnation(service, "1"),
                OriginKind.SRS,
                endpoints,
                "",
                Map.of(),
                100,
                null));
        registry.sweep();
    }

    private void staticOrigin(String name) {
        List<StaticOrigin> all = new ArrayList<>(config.current().staticOrigins());
        all.add(new StaticOrigin(
                id(name),
                name,
                "10.0.0.1",
                OriginKind.OTHER,
                Map.of(Listener.RTMP, endpoint(Transport.TCP, name, 1935)),
                "",
                Map.of(),
                100));
        config.update(current -> current.withStaticOrigins(all));
    }

    private void report(String worker, String name) {
        registry.observe(worker, observation(name));
    }

    private OriginObservation observation(String name) {
        Origin origin = registry.find(id(name)).orElseThrow();
        return OriginObservation.of(
                origin, OriginObservation.Failure.REFUSED, "", clock.instant().plusNanos(++reports));
    }

    private static RegistrySettings with(Duration timeToLive, Duration probeInterval) {
        return new RegistrySettings(
                SETTINGS.suspectAfter(),
                timeToLive,
                SETTINGS.forgetAfter(),
                SETTINGS.refusalHold(),
                probeInterval,
                SETTINGS.probeTimeout());
    }

    private static List<Endpoint> endpoint(Transport transport, String host, int port) {
        return List.of(new Endpoint(transport, host, port));
    }

    private static OriginId id(String name) {
        return OriginId.of(name, "10.0.0.1", 1935);
    }

    /** What is believed. */
    private OriginState state(String name) {
        return registry.known(id(name)).orElseThrow().state();
    }

    /** What workers see. */
    private OriginState shown(String name) {
        return registry.find(id(name)).orElseThrow().state();
    }

    private String reason(String name) {
        return registry.known(id(name)).orElseThrow().standing().reason();
    }

    private List<EventKind> kinds() {
        return events.after(0, event -> true, 100_000).stream().map(Event::kind).toList();
    }

    private List<String> messages(EventKind kind) {
        return events.after(0, event -> event.kind() == kind, 100_000).stream()
                .map(Event::message)
                .toList();
    }

    private int stateChanges(String name) {
        return events.after(
                        0,
                        event -> event.kind() == EventKind.ORIGIN_STATE_CHANGED
                                && event.subject().equals(id(name).value()),
                        100_000)
                .size();
    }

    private enum Answer {
        ANSWERS,
        REFUSES,
        FROZEN,
        /** When the test says so. */
        LATER
    }

    /** Where hosts answer as they are told; a result comes at once. */
    private static final class Network implements Probe {

        private final Map<String, Answer> answers = new HashMap<>();
        private final Map<String, Integer> attempts = new HashMap<>();
        private final List<Kind> kinds = new ArrayList<>();
        private final List<Consumer<ProbeResult>> waiting = new ArrayList<>();

        void is(String host, Answer answer) {
            answers.put(host, answer);
        }

        int attempts(String host) {
            return attempts.getOrDefault(host, 0);
        }

        void release(ProbeResult result) {
            assertThat(waiting).hasSize(1);
            waiting.removeFirst().accept(result);
        }

        @Override
        public void attempt(ProbeTarget target, Duration timeout, Consumer<ProbeResult> result) {
            String host = target.endpoint().host();
            attempts.merge(host, 1, Integer::sum);
            kinds.add(target.kind());
            switch (answers.getOrDefault(host, Answer.ANSWERS)) {
                case ANSWERS -> result.accept(ProbeResult.ANSWERED);
                case REFUSES -> result.accept(ProbeResult.refused(host + " refuses"));
                case FROZEN -> result.accept(ProbeResult.unanswered(host + " is silent"));
                case LATER -> waiting.add(result);
            }
        }
    }

    /** Registers again and again. */
    private static final class Beating {

        private final Duration interval;
        private final Runnable beat;
        private Duration left = Duration.ZERO;

        Beating(Duration interval, Runnable beat) {
            this.interval = interval;
            this.beat = beat;
            beat.run();
            left = interval;
        }

        void late(Duration by) {
            left = left.plus(by);
        }

        void tick() {
            left = left.minus(TICK);
            if (!left.isPositive()) {
                left = interval;
                beat.run();
            }
        }
    }
}
