package io.millrace.control.streams;

import io.millrace.control.placement.OriginLoad;
import io.millrace.control.registry.Origins;
import io.millrace.model.Admission;
import io.millrace.model.Endpoint;
import io.millrace.model.Incarnation;
import io.millrace.model.Listener;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginKind;
import io.millrace.model.OriginState;
import io.millrace.model.Transport;
import io.millrace.model.wire.OriginObservation;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** A registry that says what the test tells it. */
final class FakeOrigins implements Origins {

    final List<String> observations = new CopyOnWriteArrayList<>();
    private final TreeMap<OriginId, Origin> origins = new TreeMap<>();
    private final Set<OriginId> unreachable = new HashSet<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private Map<OriginId, Carried> carried = Map.of();

    static OriginId id(String name) {
        return new OriginId(name);
    }

    static Origin origin(String name, Listener... listeners) {
        Map<Listener, List<Endpoint>> endpoints = new TreeMap<>();
        for (Listener listener : listeners) {
            endpoints.put(listener, List.of(new Endpoint(Transport.TCP, name, 1935)));
        }
        return new Origin(
                id(name),
                name,
                name,
                Incarnation.UNKNOWN,
                OriginKind.SRS,
                endpoints,
                "",
                Map.of(),
                100,
                OriginState.UP,
                Admission.OPEN);
    }

    FakeOrigins with(String... names) {
        for (String name : names) {
            put(origin(name, Listener.RTMP));
        }
        return this;
    }

    void put(Origin origin) {
        synchronized (this) {
            origins.put(origin.id(), origin);
        }
        tell();
    }

    void change(String name, UnaryOperator<Origin> change) {
        put(change.apply(find(id(name)).orElseThrow()));
    }

    void remove(String name) {
        synchronized (this) {
            origins.remove(id(name));
        }
        tell();
    }

    /** Connections fail from now on, or work again. */
    void reachable(String name, boolean yes) {
        synchronized (this) {
            if (yes ? !unreachable.remove(id(name)) : !unreachable.add(id(name))) {
                return;
            }
        }
        tell();
    }

    synchronized Map<OriginId, Carried> carried() {
        return carried;
    }

    @Override
    public synchronized List<Origin> all() {
        return List.copyOf(origins.values());
    }

    @Override
    public synchronized Optional<Origin> find(OriginId id) {
        return Optional.ofNullable(origins.get(id));
    }

    @Override
    public OriginLoad load(OriginId id) {
        return OriginLoad.UNKNOWN;
    }

    @Override
    public void observe(String worker, OriginObservation observation) {
        observations.add(worker + " " + observation.origin() + " "
                + observation.failure().word());
    }

    @Override
    public synchronized void carried(Map<OriginId, Carried> figures) {
        carried = Map.copyOf(figures);
    }

    @Override
    public void restore(Collection<Origin> known) {}

    @Override
    public synchronized boolean unreachable(OriginId id) {
        return unreachable.contains(id);
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    private void tell() {
        listeners.forEach(Runnable::run);
    }
}
