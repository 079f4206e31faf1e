package io.millrace.control.registry;

import io.millrace.control.config.StaticOrigin;
import io.millrace.control.config.StoredConfigRepository;
import io.millrace.control.events.Event;
import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.registry.liveness.RegistrySettings;
import io.millrace.control.registry.origin.KnownOrigin;
import io.millrace.control.start.RebuildWindow;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.control.time.MovableClock;
import io.millrace.model.Endpoint;
import io.millrace.model.OriginId;
import io.millrace.model.Transport;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A registry with everything around it that a test can turn. */
abstract class RegistrySetUp {

    static final Duration TICK = Duration.ofMillis(500);
    static final RegistrySettings SETTINGS = new RegistrySettings(
            Duration.ofSeconds(15),
            Duration.ofSeconds(30),
            Duration.ofHours(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(3),
            Duration.ofSeconds(2));

    final MovableClock clock = new MovableClock();
    final EventLog events = new EventLog(clock, 100_000);
    final StoredConfigRepository config =
            new StoredConfigRepository(new MemoryKeyedStore<>(clock), new MemoryKeyedStore<>(clock), clock);

    OriginRegistry open(
            KeyedStore<OriginId, KnownOrigin> store,
            RegistrySettings settings,
            Duration rebuild,
            @Nullable StaticOrigin defaultBackend) {
        return new OriginRegistry(
                store, config, events, clock, settings, new RebuildWindow(clock, rebuild), defaultBackend);
    }

    List<EventKind> kinds() {
        return events.after(0, event -> true, 100_000).stream().map(Event::kind).toList();
    }

    static OriginId id(String name) {
        return OriginId.of(name, "10.0.0.1", 1935);
    }

    static List<Endpoint> endpoint(Transport transport, String host, int port) {
        return List.of(new Endpoint(transport, host, port));
    }
}
