package io.millrace.control.registry.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.control.config.OriginOverride;
import io.millrace.control.config.StaticOrigin;
import io.millrace.control.config.StoredConfigRepository;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.events.EventLog;
import io.millrace.control.limits.TokenBuckets;
import io.millrace.control.registry.OriginRegistry;
import io.millrace.control.registry.liveness.RegistrySettings;
import io.millrace.control.registry.origin.KnownOrigin;
import io.millrace.control.registry.origin.Registration;
import io.millrace.control.registry.probe.ProbeResult;
import io.millrace.control.registry.registration.RegistrationRefusedException.Reason;
import io.millrace.control.start.RebuildWindow;
import io.millrace.control.store.LockChecks;
import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.control.time.MovableClock;
import io.millrace.model.Admission;
import io.millrace.model.Endpoint;
import io.millrace.model.Incarnation;
import io.millrace.model.Listener;
import io.millrace.model.OriginId;
import io.millrace.model.OriginKind;
import io.millrace.model.OriginState;
import io.millrace.model.Transport;
import io.millrace.model.address.Networks;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrationsTest {

    private static final Sender SENDER = new Sender("10.0.0.1", false, Sender.Scope.ANY);
    private static final int MAX_ORIGINS = 20;
    private static final int PER_SECOND = 10;
    private static final int BURST = 30;
    private static final Duration TIME_TO_LIVE = Duration.ofSeconds(30);

    private final MovableClock clock = new MovableClock();
    private final StoredConfigRepository config =
            new StoredConfigRepository(new MemoryKeyedStore<>(clock), new MemoryKeyedStore<>(clock), clock);
    private final LockChecks locks = new LockChecks();
    private final OriginRegistry registry = new OriginRegistry(
            locks.of(new MemoryKeyedStore<OriginId, KnownOrigin>(clock)),
            config,
            new EventLog(clock, 1000),
            clock,
            new RegistrySettings(
                    Duration.ofSeconds(15),
                    TIME_TO_LIVE,
                    Duration.ofHours(1),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(2)),
            new RebuildWindow(clock, Duration.ZERO),
            null);
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Registrations registrations = with("10.9.0.0/16");
    private long nanos;

    private Registrations with(String networks) {
        RegistrationSettings settings = new RegistrationSettings(
                Networks.parse("10.0.0.0/8,fd00::/8"), Networks.parse(networks), false, MAX_ORIGINS, PER_SECOND, BURST);
        HostLookup lookup = name -> List.of(InetAddress.ofLiteral("10.0.0.9"));
        return new Registrations(
                registry, settings, new OriginHosts(settings, lookup, address -> false), () -> nanos, metrics);
    }

    @Test
    void aNameIsKeptAsTheAddressThatItHasNow() {
        registrations.take(registration("d", "Origin.example.org", "origin.example.org"), SENDER);
        assertThat(registry.all()
                        .getFirst()
                        .endpoint(Listener.RTMP)
                        .orElseThrow()
                        .host())
                .isEqualTo("10.0.0.9");
    }

    @Test
    void anIpElsewhereIsRefusedAndChangesNothing() {
        assertThatThrownBy(() -> registrations.take(registration("a", "203.0.113.66", "203.0.113.66"), SENDER))
                .isInstanceOf(InvalidFieldException.class)
                .hasMessageContaining("MILLRACE_REGISTRATION_NETWORKS");
        assertThat(registry.all()).isEmpty();
        assertThat(refused("ip")).isEqualTo(1);
    }

    @Test
    void newcomersThatWaitAreBoundedAndTakeNoPlaceFromOthers() {
        for (int i = 0; i < MAX_ORIGINS - 1; i++) {
            approve("approved-" + i);
            registrations.take(registration("approved-" + i, "10.0.0.1", "10.0.0.1"), SENDER);
        }
        registry.requireApproval();
        for (int i = 0; i < Registrations.MAX_PENDING; i++) {
            registrations.take(registration("new-" + i, "10.0.0.1", "10.0.0.1"), SENDER);
        }
        assertThatThrownBy(() -> registrations.take(registration("one-more", "10.0.0.1", "10.0.0.1"), SENDER))
                .isInstanceOf(RegistrationRefusedException.class)
                .satisfies(e ->
                        assertThat(((RegistrationRefusedException) e).reason()).isEqualTo(Reason.TOO_MANY_PENDING));
        approve("last");
        registrations.take(registration("last", "10.0.0.1", "10.0.0.1"), SENDER);
        assertThat(registry.all()).hasSize(MAX_ORIGINS);
        assertThat(registry.pending()).hasSize(Registrations.MAX_PENDING);
    }

    private void approve(String server) {
        OriginId id = OriginId.of(server, "10.0.0.1", 1935);
        config.update(current -> {
            Map<OriginId, OriginOverride> overrides = new HashMap<>(current.overrides());
            overrides.put(id, new OriginOverride(Admission.OPEN, null, null));
            return current.withOverrides(overrides);
        });
    }

    @Test
    void aCredentialIsOfItsServersOnly() {
        Sender bound = new Sender("10.0.0.1", false, new Sender.Scope("vid-1*", Networks.NONE));
        registrations.take(registration("vid-17", "10.0.0.1", "10.0.0.1"), bound);
        assertThatThrownBy(() -> registrations.take(registration("vid-2", "10.0.0.1", "10.0.0.1"), bound))
                .isInstanceOf(RegistrationRefusedException.class)
                .satisfies(e ->
                        assertThat(((RegistrationRefusedException) e).reason()).isEqualTo(Reason.NOT_ITS_CREDENTIAL));
        assertThat(registry.all()).extracting("server").containsExactly("vid-17");
        assertThat(refused("not-its-credential")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.2", "10.8.255.255", "fd00::1", "origin.example.org", "10.9.0.1.example.org"})
    void anEndpointElsewhereIsRefusedAndChangesNothing(String host) {
        registrations.take(registration("a", "10.0.0.1", "10.0.0.1"), SENDER);
        var before = registry.all();
        assertThatThrownBy(() -> registrations.take(registration("a", "10.0.0.1", host), SENDER))
                .isInstanceOf(InvalidFieldException.class)
                .hasMessageContaining("rtmp lists tcp://")
                .hasMessageContaining("MILLRACE_REGISTRATION_ENDPOINT_NETWORKS")
                .satisfies(e -> assertThat(((InvalidFieldException) e).field()).isEqualTo("rtmp"));
        assertThat(registry.all()).isEqualTo(before);
        assertThat(refused("endpoint")).isEqualTo(1);
    }

    @Test
    void anEndpointAtTheIpOrInANamedNetworkIsTaken() {
        registrations.take(registration("a", "10.0.0.1", "10.0.0.1"), SENDER);
        registrations.take(registration("b", "10.0.0.1", "10.9.0.1"), SENDER);
        registrations.take(registration("c", "fd00::1", "fd00:0:0::1"), SENDER);
        registrations.take(registration("d", "Origin.example.org", "origin.example.org"), SENDER);
        assertThat(registry.all()).hasSize(4);
        assertThat(refused("endpoint")).isZero();
    }

    @Test
    void noListenerIsForgotten() {
        for (Listener listener : Listener.values()) {
            Registration registration = new Registration(
                    OriginId.of("a", "10.0.0.1", 1935),
                    "a",
                    "10.0.0.1",
                    new Incarnation("s", "1"),
                    OriginKind.SRS,
                    Map.of(
                            listener,
                            List.of(
                                    new Endpoint(Transport.TCP, "10.0.0.1", 1935),
                                    new Endpoint(Transport.TCP, "203.0.113.66", 1935))),
                    "",
                    Map.of(),
                    100,
                    null);
            assertThatThrownBy(() -> registrations.take(registration, SENDER))
                    .as(listener.word())
                    .isInstanceOf(InvalidFieldException.class);
        }
    }

    @Test
    void whatOperatorsAddedIsTheirsWhateverItRegisters() {
        StaticOrigin added = new StaticOrigin(
                OriginId.of("a", "10.0.0.1", 1935),
                "a",
                "10.0.0.1",
                OriginKind.SRS,
                Map.of(Listener.RTMP, List.of(new Endpoint(Transport.TCP, "203.0.113.7", 1935))),
                "",
                Map.of(),
                100);
        config.update(current -> current.withStaticOrigins(List.of(added)));
        registrations.take(registration("a", "10.0.0.1", "203.0.113.66"), SENDER);
        assertThat(registry.all().getFirst().endpoints()).isEqualTo(added.endpoints());
    }

    @Test
    void aFullRegistryRefusesNewOriginsAndGoesOnForThoseItKnows() {
        for (int i = 0; i < MAX_ORIGINS; i++) {
            registrations.take(registration("origin-" + i, "10.0.0.1", "10.0.0.1"), SENDER);
        }
        for (int i = 0; i < 100; i++) {
            String another = "another-" + i;
            assertThatThrownBy(() -> registrations.take(registration(another, "10.0.0.1", "10.0.0.1"), SENDER))
                    .isInstanceOf(RegistrationRefusedException.class)
                    .hasMessageContaining("MILLRACE_REGISTRATION_MAX_ORIGINS")
                    .satisfies(e -> assertThat(((RegistrationRefusedException) e).reason())
                            .isEqualTo(Reason.TOO_MANY_ORIGINS));
        }
        assertThat(registry.all()).hasSize(MAX_ORIGINS);
        assertThat(refused("too-many-origins")).isEqualTo(100);
        assertThatCode(() -> registrations.take(registration("origin-7", "10.0.0.1", "10.0.0.1"), SENDER))
                .doesNotThrowAnyException();
    }

    @Test
    void newOriginsThatComeAtOnceGetNoMorePlacesThanThereAreAndNoLockIsHeldForThem() throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            int number = t;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < MAX_ORIGINS; i++) {
                    try {
                        registrations.take(registration("origin-" + number + "-" + i, "10.0.0.1", "10.0.0.1"), SENDER);
                    } catch (RegistrationRefusedException full) {
                        assertThat(full.reason()).isEqualTo(Reason.TOO_MANY_ORIGINS);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(registry.all()).hasSize(MAX_ORIGINS);
        assertThat(refused("too-many-origins")).isEqualTo(7 * MAX_ORIGINS);
        assertThat(locks.passed()).isGreaterThanOrEqualTo(MAX_ORIGINS);
    }

    @Test
    void inAFullRegistryTheOneThatIsDownForLongestIsEvicted() {
        for (int i = 0; i < MAX_ORIGINS; i++) {
            registrations.take(registration("made-up-" + i, "10.0.0.1", "10.0.0.1"), SENDER);
            passOneSecond();
        }
        for (int i = 0; i < TIME_TO_LIVE.toSeconds() + 2; i++) {
            passOneSecond();
        }
        assertThat(registry.all()).extracting("state").containsOnly(OriginState.DOWN);
        registrations.take(registration("true-one", "10.0.0.1", "10.0.0.1"), SENDER);
        assertThat(registry.all())
                .hasSize(MAX_ORIGINS)
                .extracting("server")
                .contains("true-one")
                .doesNotContain("made-up-0");
    }

    @Test
    void anAddressMayRegisterOnlySoOftenAndOthersAreNotAffected() {
        assertThat(admitted("192.0.2.1", 10 * BURST)).isEqualTo(BURST);
        assertThat(refused("too-fast")).isEqualTo(9 * BURST);
        assertThat(admitted("192.0.2.2", BURST)).isEqualTo(BURST);
        nanos += Duration.ofSeconds(2).toNanos();
        assertThat(admitted("192.0.2.1", BURST)).isEqualTo(2 * PER_SECOND);
        nanos += Duration.ofHours(1).toNanos();
        assertThat(admitted("192.0.2.1", 2 * BURST)).isEqualTo(BURST);
    }

    @Test
    void theAddressesOfOneIpv6HostAreOne() {
        int admitted = 0;
        for (int i = 0; i < 10 * BURST; i++) {
            admitted += admitted("2001:db8::1:" + Integer.toHexString(i + 1), 1);
        }
        assertThat(admitted).isEqualTo(BURST);
    }

    @Test
    void theTableOfAddressesIsBounded() {
        TokenBuckets rates = new TokenBuckets(PER_SECOND, BURST);
        for (int i = 0; i < 3 * TokenBuckets.MAX_ADDRESSES; i++) {
            assertThat(rates.take("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255), 0))
                    .isTrue();
        }
        assertThat(rates.addresses()).isEqualTo(TokenBuckets.MAX_ADDRESSES);
    }

    private int admitted(String sender, int attempts) {
        int admitted = 0;
        for (int i = 0; i < attempts; i++) {
            try {
                registrations.admit(sender);
                admitted++;
            } catch (RegistrationRefusedException e) {
                assertThat(e.reason()).isEqualTo(Reason.TOO_FAST);
            }
        }
        return admitted;
    }

    private double refused(String reason) {
        return metrics.get("millrace.registrations.refused")
                .tag("reason", reason)
                .counter()
                .count();
    }

    private void passOneSecond() {
        clock.advance(Duration.ofSeconds(1));
        registry.sweep();
        // Nothing listens where they say that they are.
        registry.uncertain()
                .forEach(origin -> registry.probed(origin.id(), ProbeResult.refused("nothing listens there")));
    }

    private static Registration registration(String server, String ip, String rtmpHost) {
        return new Registration(
                OriginId.of(server, ip, 1935),
                server,
                ip,
                new Incarnation("s", "1"),
                OriginKind.SRS,
                Map.of(Listener.RTMP, List.of(new Endpoint(Transport.TCP, rtmpHost, 1935))),
                "",
                Map.of(),
                100,
                null);
    }
}
