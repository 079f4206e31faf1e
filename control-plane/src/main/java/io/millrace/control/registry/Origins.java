package io.millrace.control.registry;

import io.millrace.control.placement.OriginLoad;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.wire.OriginObservation;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntSupplier;

/** The registry as the rest of the control plane sees it. */
public interface Origins {

    /** All known origins, ordered by id; a snapshot. */
    List<Origin> all();

    Optional<Origin> find(OriginId id);

    /** How people call an origin, also one that is not there any more. */
    default String nameOf(OriginId id) {
        return find(id).map(Origin::displayName).orElse(id.value());
    }

    OriginLoad load(OriginId id);

    /** A worker could not reach an origin: it is probed at once, and counts when the probe or another worker agrees. */
    void observe(String worker, OriginObservation observation);

    /** Sets the source of what workers carry to and from an origin, summed over all workers; it is asked often, by any thread. */
    void carriedBy(Function<OriginId, Optional<Carried>> carried);

    /** Sets the source of the number of workers. */
    void workersCountedBy(IntSupplier count);

    /**
     * Origins that a worker knew before this control plane started: those that are unknown here are taken in as suspect until
     * they register. Counts only shortly after the start, and never for what was taken out since.
     */
    void restore(Collection<Origin> known);

    /**
     * Whether new connections to this origin are known to fail since its last sign of life, as opposed to a missing beat. Its
     * streams are gone with it.
     */
    boolean unreachable(OriginId id);

    /** Calls back after every change of {@link #all()}, on the changing thread; listeners return quickly. */
    void onChange(Runnable listener);

    /** @param kbps to and from the origin */
    record Carried(int sessions, double kbps) {}
}
