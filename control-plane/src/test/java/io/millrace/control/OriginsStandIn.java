package io.millrace.control;

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
import io.millrace.model.wire.OriginObservation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A registry that holds what a test puts there and takes an origin down at the first observation. */
public final class OriginsStandIn implements Origins {

    private final ConcurrentSkipListMap<OriginId, Origin> origins = new ConcurrentSkipListMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final List<OriginObservation> observed = new CopyOnWriteArrayList<>();

    public static Origin origin(String name) {
        return origin(name, OriginState.UP, Origin.DEFAULT_WEIGHT);
    }

    public static Origin origin(String name, OriginState state, int weight) {
        return new Origin(
                new OriginId(name),
                name,
                "192.0.2.1",
                new Incarnation("service", "1"),
                OriginKind.OTHER,
                Map.of(Listener.RTMP, List.of(Endpoint.of("tcp://192.0.2.1:1935"))),
                "",
                Map.of(),
                weight,
                state,
                Admission.OPEN);
    }

    public void put(Origin... changed) {
        for (Origin origin : changed) {
            origins.put(origin.id(), origin);
        }
        listeners.forEach(Runnable::run);
    }

    public void remove(String name) {
        origins.remove(new OriginId(name));
        listeners.forEach(Runnable::run);
    }

    public List<OriginObservation> observed() {
        return List.copyOf(observed);
    }

    @Override
    public List<Origin> all() {
        return new ArrayList<>(origins.values());
    }

    @Override
    public Optional<Origin> find(OriginId id) {
        return Optional.ofNullable(origins.get(id));
    }

    @Override
    public OriginLoad load(OriginId id) {
        return OriginLoad.UNKNOWN;
    }

    @Override
    public void observe(String worker, OriginObservation observation) {
        observed.add(observation);
        origins.computeIfPresent(observation.origin(), (id, origin) -> origin.withState(OriginState.DOWN));
        listeners.forEach(Runnable::run);
    }

    @Override
    public void carried(Map<OriginId, Carried> figures) {}

    @Override
    public void restore(Collection<Origin> known) {
        known.forEach(origin -> origins.putIfAbsent(origin.id(), origin.withState(OriginState.SUSPECT)));
        listeners.forEach(Runnable::run);
    }

    @Override
    public boolean unreachable(OriginId id) {
        return find(id).filter(origin -> origin.state() == OriginState.DOWN).isPresent();
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }
}
