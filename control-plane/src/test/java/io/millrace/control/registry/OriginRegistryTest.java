package io.millrace.control.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.config.OriginOverride;
import io.millrace.control.config.StaticOrigin;
import io.millrace.control.events.EventKind;
import io.millrace.control.registry.Origins.Carried;
import io.millrace.control.registry.origin.KnownOrigin;
import io.millrace.control.registry.origin.OriginSource;
import io.millrace.control.registry.origin.Registration;
import io.millrace.control.registry.probe.ProbeResult;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.LockChecks;
import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.model.Admission;
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
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OriginRegistryTest extends RegistrySetUp {

    private final OriginRegistry registry = newRegistry(null);
    private final List<List<Origin>> changes = new ArrayList<>();

    private OriginRegistry newRegistry(@Nullable StaticOrigin defaultBackend) {
        return open(new MemoryKeyedStore<>(clock), SETTINGS, Duration.ofSeconds(5), defaultBackend);
    }

    @BeforeEach
    void listen() {
        registry.onChange(() -> changes.add(registry.all()));
    }

    @Test
    void anUnchangedBeatCallsNoListener() {
        beat("a", "10.0.0.1", "s1");
        assertThat(changes).hasSize(1);
        for (int i = 0; i < 10; i++) {
            pass(Duration.ofSeconds(9));
            beat("a", "10.0.0.1", "s1");
        }
        assertThat(changes).hasSize(1);
        assertThat(kinds()).containsExactly(EventKind.ORIGIN_REGISTERED);
        assertThat(state("a")).isEqualTo(OriginState.UP);
        assertThat(registry.known(id("a")).orElseThrow().signs().lastBeat()).isEqualTo(clock.instant());
    }

    @Test
    void anOriginThatIsForgottenLeavesTheListOfEveryControlPlaneOnTheStore() {
        MemoryKeyedStore<OriginId, KnownOrigin> store = new MemoryKeyedStore<>(clock);
        OriginRegistry one = onStore(store);
        OriginRegistry other = onStore(store);
        List<Integer> seen = new ArrayList<>();
        other.onChange(() -> seen.add(other.all().size()));
        one.register(registration("a", "10.0.0.1", "s1", null));
        other.follow();
        for (Duration passed = Duration.ZERO;
                passed.compareTo(SETTINGS.forgetAfter().plus(Duration.ofMinutes(1))) < 0;
                passed = passed.plusSeconds(10)) {
            clock.advance(Duration.ofSeconds(10));
            one.sweep();
            one.uncertain().forEach(origin -> one.probed(origin.id(), ProbeResult.refused("nothing listens there")));
            other.follow();
        }
        assertThat(one.all()).isEmpty();
        assertThat(other.all()).isEmpty();
        assertThat(store.list(null, 1)).isEmpty();
        assertThat(seen.getLast()).isZero();
        assertThat(kinds().stream().filter(kind -> kind == EventKind.ORIGIN_REMOVED))
                .hasSize(1);
    }

    private OriginRegistry onStore(KeyedStore<OriginId, KnownOrigin> store) {
        return open(store, SETTINGS, Duration.ofSeconds(5), null);
    }

    @Test
    void aBeatBringsASilentOriginBack() {
        beat("a", "10.0.0.1", "s1");
        pass(Duration.ofSeconds(31));
        beat("a", "10.0.0.1", "s1");
        assertThat(state("a")).isEqualTo(OriginState.UP);
    }

    @Test
    void theSameServerIdAtAnotherAddressIsAnotherOrigin() {
        beat("a", "10.0.0.1", "s1");
        beat("a", "10.0.0.2", "s1");
        assertThat(registry.all()).hasSize(2);
    }

    @Test
    void aNewIncarnationIsARestartOfTheSameOrigin() {
        beat("a", "10.0.0.1", "s1");
        beat("a", "10.0.0.1", "s2");
        assertThat(registry.all()).hasSize(1);
        assertThat(kinds()).containsExactly(EventKind.ORIGIN_REGISTERED, EventKind.ORIGIN_RESTARTED);
        assertThat(registry.all().getFirst().incarnation().service()).isEqualTo("s2");
    }

    @Test
    void anObservationOfAnotherRunCountsForNothing() {
        beat("a", "10.0.0.1", "s2");
        refused("a", "s1");
        refused("unknown", "s1");
        assertThat(state("a")).isEqualTo(OriginState.UP);
        assertThat(changes).hasSize(1);
    }

    @Test
    void aControlPlaneThatWasStoppedGivesEveryOriginAFreshGrace() {
        beat("a", "10.0.0.1", "s1");
        clock.advance(Duration.ofHours(8));
        registry.sweep();
        assertThat(state("a")).isEqualTo(OriginState.UP);
        pass(Duration.ofSeconds(15));
        assertThat(state("a")).isEqualTo(OriginState.UP);
        pass(TICK);
        assertThat(state("a")).isEqualTo(OriginState.SUSPECT);
    }

    @Test
    void anOverrideOfAnOperatorCountsMoreThanTheRegistration() {
        beat("a", "10.0.0.1", "s1");
        config.update(current -> current.withOverrides(
                Map.of(id("a"), new OriginOverride(Admission.CORDONED, 7, Map.of("disk", "slow")))));
        assertThat(registry.find(id("a")).orElseThrow())
                .returns(Admission.CORDONED, Origin::admission)
                .returns(7, Origin::weight)
                .returns(Map.of("disk", "slow"), Origin::labels);
        assertThat(changes).hasSize(2);
        beat("a", "10.0.0.1", "s1");
        assertThat(registry.find(id("a")).orElseThrow().admission()).isEqualTo(Admission.CORDONED);
        config.update(current -> current.withOverrides(Map.of()));
        assertThat(registry.find(id("a")).orElseThrow())
                .returns(Admission.OPEN, Origin::admission)
                .returns(100, Origin::weight);
        config.update(current -> current.withVhosts(List.of("x.example")));
        assertThat(changes).hasSize(3);
    }

    @Test
    void restoredOriginsAreSuspectUntilTheyBeat() {
        beat("a", "10.0.0.1", "s1");
        Origin known = registry.all().getFirst();
        OriginRegistry fresh = newRegistry(null);
        fresh.restore(List.of(known.withAdmission(Admission.DRAINING)));
        assertThat(fresh.all()).containsExactly(known.withState(OriginState.SUSPECT));
        assertThat(fresh.known(known.id()).orElseThrow().source()).isEqualTo(OriginSource.RESTORED);
        assertThat(fresh.unreachable(known.id())).isFalse();
        fresh.register(registration("a", "10.0.0.1", "s1", null));
        fresh.restore(List.of(known.withState(OriginState.DOWN)));
        assertThat(fresh.all()).containsExactly(known);
        assertThat(fresh.known(known.id()).orElseThrow().source()).isEqualTo(OriginSource.HEARTBEAT);
    }

    @Test
    void whatWasTakenOutDoesNotComeBackWithAWorker() {
        StaticOrigin added = staticOrigin("by hand");
        config.update(current -> current.withStaticOrigins(List.of(added)));
        Origin known = registry.find(added.id()).orElseThrow();
        config.update(current -> current.withStaticOrigins(List.of()));
        registry.restore(List.of(known));
        assertThat(registry.all()).isEmpty();
        assertThat(changes).hasSize(2);
    }

    @Test
    void workersBringNothingBackOnceAllThatRunHaveBeaten() {
        beat("a", "10.0.0.1", "s1");
        OriginRegistry fresh = newRegistry(null);
        clock.advance(Duration.ofSeconds(35));
        OriginRegistry late = newRegistry(null);
        late.restore(registry.all());
        assertThat(late.all()).hasSize(1);
        clock.advance(Duration.ofMillis(1));
        fresh.restore(registry.all());
        assertThat(fresh.all()).isEmpty();
    }

    @Test
    void loadComesFromTheOriginAndElseFromTheWorkers() {
        OriginId id = id("a");
        registry.register(registration("a", "10.0.0.1", "s1", new Registration.LoadSample(12.5, 3, 1_000L, 1_000)));
        assertThat(registry.load(id).cpuPercent()).hasValue(12.5);
        assertThat(registry.load(id).kbps()).isEmpty();
        registry.carriedBy(which -> Optional.of(new Carried(9, 77)));
        assertThat(registry.load(id).sessions()).hasValue(3);
        assertThat(registry.load(id).kbps()).hasValue(77);
        registry.register(registration("a", "10.0.0.1", "s1", new Registration.LoadSample(1.0, 3, 11_000L, 2_000)));
        assertThat(registry.load(id).kbps()).hasValue(80);
        registry.carriedBy(which -> Optional.empty());
        beat("b", "10.0.0.9", "s1");
        assertThat(registry.load(OriginId.of("b", "10.0.0.9", 1935)).sessions()).isEmpty();
        assertThat(changes).hasSize(2);
    }

    @Test
    void takesTheDefaultBackendFromTheSettings() {
        OriginRegistry fresh = newRegistry(staticOrigin("default-backend"));
        assertThat(fresh.known(staticOrigin("default-backend").id())
                        .orElseThrow()
                        .source())
                .isEqualTo(OriginSource.DEFAULT_BACKEND);
    }

    @Test
    void noLockIsHeldAcrossACallToTheStore() {
        LockChecks locks = new LockChecks();
        OriginRegistry checked = onStore(locks.of(new MemoryKeyedStore<OriginId, KnownOrigin>(clock)));
        checked.beginWatching();
        checked.register(registration("a", "10.0.0.1", "s1", null));
        checked.register(registration("a", "10.0.0.1", "s2", null));
        checked.observe("w1", observation(id("a"), new Incarnation("s2", "1")));
        checked.checked(id("a"), new Incarnation("s2", "1"), ProbeResult.refused("nothing listens there"));
        checked.sweep();
        checked.probed(id("a"), ProbeResult.refused("nothing listens there"));
        config.update(current -> current.withStaticOrigins(List.of(staticOrigin("by hand"))));
        config.update(current -> current.withStaticOrigins(List.of()));
        checked.remove(id("a"), "a test");
        assertThat(checked.all()).isEmpty();
        assertThat(locks.passed()).isGreaterThanOrEqualTo(7);
    }

    @Test
    void manyThreadsLoseNothing() throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            int number = t;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 50; i++) {
                    beat("shared", "10.0.0.1", "s1");
                    beat("own" + number, "10.0.1." + i, "s1");
                    refused("shared", "s1");
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(registry.all()).hasSize(1 + 8 * 50);
        assertThat(registry.all()).isSortedAccordingTo((a, b) -> a.id().compareTo(b.id()));
    }

    private void pass(Duration time) {
        for (Duration left = time; left.isPositive(); left = left.minus(TICK)) {
            clock.advance(TICK);
            registry.sweep();
        }
    }

    private void beat(String server, String ip, String service) {
        registry.register(registration(server, ip, service, null));
    }

    private void refused(String server, String service) {
        registry.observe("w1", observation(id(server), new Incarnation(service, "1")));
    }

    private OriginObservation observation(OriginId id, Incarnation incarnation) {
        return new OriginObservation(id, incarnation, OriginObservation.Failure.REFUSED, "", clock.instant());
    }

    private OriginState state(String server) {
        return registry.find(id(server)).orElseThrow().state();
    }

    private static Registration registration(
            String server, String ip, String service, Registration.@Nullable LoadSample figures) {
        return new Registration(
                OriginId.of(server, ip, 1935),
                server,
                ip,
                new Incarnation(service, "1"),
                OriginKind.SRS,
                Map.of(Listener.RTMP, endpoint(Transport.TCP, ip, 1935)),
                "",
                Map.of(),
                100,
                figures);
    }

    private static StaticOrigin staticOrigin(String server) {
        return new StaticOrigin(
                id(server),
                server,
                "10.0.0.1",
                OriginKind.OTHER,
                new HashMap<>(Map.of(Listener.RTMP, endpoint(Transport.TCP, "10.0.0.1", 1935))),
                "",
                Map.of(),
                100);
    }
}
