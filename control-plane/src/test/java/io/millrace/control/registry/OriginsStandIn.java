package io.millrace.control.registry;

import io.millrace.control.placement.OriginLoad;
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
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.UnaryOperator;

/** A registry that says what a test tells it, and notes what it is told. */
public final class OriginsStandIn implements Origins {

    private final List<OriginObservation> observed = new CopyOnWriteArrayList<>();
    private final List<String> observers = new CopyOnWriteArrayList<>();
    private final TreeMap<OriginId, Origin> origins = new TreeMap<>();
    private final Set<OriginId> unreachable = new HashSet<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private Function<OriginId, Optional<Carried>> carried = id -> Optional.empty();

    public static OriginId id(String name) {
        return new OriginId(name);
    }

    public static Origin origin(String name) {
        return origin(name, Listener.RTMP);
    }

    public static Origin origin(String name, OriginState state, int weight) {
        return origin(name, state, weight, Listener.RTMP);
    }

    public static Origin origin(String name, Listener... listeners) {
        return origin(name, OriginState.UP, Origin.DEFAULT_WEIGHT, listeners);
    }

    private static Origin origin(String name, OriginState state, int weight, Listener... listeners) {
        Map<Listener, List<Endpoint>> endpoints = new EnumMap<>(Listener.class);
        for (Listener listener : listeners) {
            endpoints.put(listener, List.of(new Endpoint(Transport.TCP, name, 1935)));
        }
        return new Origin(
                id(name),
                name,
                "192.0.2.1",
                Incarnation.UNKNOWN,
                OriginKind.SRS,
                endpoints,
                "",
                Map.of(),
                weight,
                state,
                Admission.OPEN);
    }

    /** Origins that are up and offer RTMP. */
    public OriginsStandIn with(String... names) {
        for (String name : names) {
            put(origin(name));
        }
        return this;
    }

    public void put(Origin... changed) {
        synchronized (this) {
            for (Origin origin : changed) {
                origins.put(origin.id(), origin);
            }
        }
        tell();
    }

    public void change(String name, UnaryOperator<Origin> change) {
        put(change.apply(find(id(name)).orElseThrow()));
    }

    public void remove(String name) {
        synchronized (this) {
            origins.remove(id(name));
        }
        tell();
    }

    /** Connections fail from now on, or work again. */
    public void reachable(String name, boolean yes) {
        synchronized (this) {
            if (yes ? !unreachable.remove(id(name)) : !unreachable.add(id(name))) {
                return;
            }
        }
        tell();
    }

    public List<OriginObservation> observed() {
        return List.copyOf(observed);
    }

    /** What was observed and by whom, as {@code worker origin failure}. */
    public List<String> observations() {
        return List.copyOf(observers);
    }

    public synchronized Optional<Carried> carried(OriginId id) {
        return carried.apply(id);
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
        observed.add(observation);
        observers.add(worker + " " + observation.origin() + " "
                + observation.failure().word());
    }

    @Override
    public synchronized void carriedBy(Function<OriginId, Optional<Carried>> source) {
        carried = source;
    }

    @Override
    public void workersCountedBy(IntSupplier count) {
        // Nobody here asks.
    }

    @Override
    public void restore(Collection<Origin> known) {
        synchronized (this) {
            known.forEach(origin -> origins.putIfAbsent(origin.id(), origin.withState(OriginState.SUSPECT)));
        }
        tell();
    }

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
