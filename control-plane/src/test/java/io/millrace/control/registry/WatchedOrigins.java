package io.millrace.control.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.config.StaticOrigin;
import io.millrace.control.events.Event;
import io.millrace.control.events.EventKind;
import io.millrace.control.registry.liveness.RegistrySettings;
import io.millrace.control.registry.origin.KnownOrigin;
import io.millrace.control.registry.origin.Registration;
import io.millrace.control.registry.probe.Probe;
import io.millrace.control.registry.probe.ProbeResult;
import io.millrace.control.registry.probe.ProbeTarget;
import io.millrace.control.registry.probe.ProbeTarget.Kind;
import io.millrace.control.store.memory.MemoryKeyedStore;
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

/** Origins that beat or do not, by a clock that the test moves and probes whose results it gives. */
abstract class WatchedOrigins extends RegistrySetUp {

    final MemoryKeyedStore<OriginId, KnownOrigin> store = new MemoryKeyedStore<>(clock);
    final Network network = new Network();
    final Map<String, Beating> beating = new HashMap<>();
    RegistrySettings settings = SETTINGS;
    int workers = 3;
    OriginRegistry registry;
    Prober prober;
    private int reports;

    WatchedOrigins() {
        start();
    }

    /** A control plane on the same store begins to watch. */
    final void start() {
        registry = open(store, settings, Duration.ZERO, null);
        prober = new Prober(registry, network, clock, settings);
        registry.checkedBy(prober::check);
        registry.workersCountedBy(() -> workers);
        registry.beginWatching();
    }

    void pass(Duration time) {
        for (Duration left = time; left.isPositive(); left = left.minus(TICK)) {
            clock.advance(TICK);
            beating.forEach((name, each) -> each.tick());
            registry.sweep();
            prober.round();
        }
    }

    Beating beats(String name, Duration interval) {
        return beats(name, interval, Map.of(Listener.RTMP, endpoint(Transport.TCP, name, 1935)));
    }

    Beating beats(String name, Duration interval, Map<Listener, List<Endpoint>> endpoints) {
        Beating next = new Beating(interval, () -> beat(name, "s1", endpoints));
        beating.put(name, next);
        return next;
    }

    void dies(String name, Answer how) {
        beating.remove(name);
        network.is(name, how);
        beat(name, "s1", registry.find(id(name)).orElseThrow().endpoints());
    }

    void beat(String name, String service) {
        beat(name, service, Map.of(Listener.RTMP, endpoint(Transport.TCP, name, 1935)));
    }

    void beat(String name, String service, Map<Listener, List<Endpoint>> endpoints) {
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

    void staticOrigin(String name) {
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

    void report(String worker, String name) {
        registry.observe(worker, observation(name));
    }

    OriginObservation observation(String name) {
        Origin origin = registry.find(id(name)).orElseThrow();
        return OriginObservation.of(
                origin, OriginObservation.Failure.REFUSED, "", clock.instant().plusNanos(++reports));
    }

    static RegistrySettings with(Duration timeToLive, Duration probeInterval) {
        return new RegistrySettings(
                SETTINGS.suspectAfter(),
                timeToLive,
                SETTINGS.forgetAfter(),
                SETTINGS.refusalHold(),
                probeInterval,
                SETTINGS.probeTimeout());
    }

    /** What is believed. */
    OriginState state(String name) {
        return registry.known(id(name)).orElseThrow().state();
    }

    /** What workers see. */
    OriginState shown(String name) {
        return registry.find(id(name)).orElseThrow().state();
    }

    String reason(String name) {
        return registry.known(id(name)).orElseThrow().standing().reason();
    }

    List<String> messages(EventKind kind) {
        return events.after(0, event -> event.kind() == kind, 100_000).stream()
                .map(Event::message)
                .toList();
    }

    int stateChanges(String name) {
        return events.after(
                        0,
                        event -> event.kind() == EventKind.ORIGIN_STATE_CHANGED
                                && event.subject().equals(id(name).value()),
                        100_000)
                .size();
    }

    enum Answer {
        ANSWERS,
        REFUSES,
        FROZEN,
        /** When the test says so. */
        LATER
    }

    /** Where hosts answer as they are told; a result comes at once. */
    static final class Network implements Probe {

        private final Map<String, Answer> answers = new HashMap<>();
        private final Map<String, Integer> attempts = new HashMap<>();
        final List<Kind> kinds = new ArrayList<>();
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
    static final class Beating {

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
