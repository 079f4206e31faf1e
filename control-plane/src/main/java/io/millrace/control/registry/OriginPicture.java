package io.millrace.control.registry;

import io.millrace.control.config.ConfigRepository;
import io.millrace.control.config.OriginOverride;
import io.millrace.control.placement.OriginLoad;
import io.millrace.control.registry.Origins.Carried;
import io.millrace.control.registry.origin.KnownOrigin;
import io.millrace.model.Admission;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the rest of the process sees of the origins: as they are described, with what operators said over it, and their load.
 * Any thread; reading takes no lock.
 */
final class OriginPicture {

    private final KnownOrigins origins;
    private final ConfigRepository config;

    private volatile Painted painted = new Painted(List.of(), Map.of(), Set.of(), List.of());
    private volatile boolean approvalRequired;
    private volatile Function<OriginId, Optional<Carried>> carried = id -> Optional.empty();

    OriginPicture(KnownOrigins origins, ConfigRepository config) {
        this.origins = origins;
        this.config = config;
    }

    /** Whole and never changed. */
    private record Painted(
            List<Origin> all, Map<OriginId, Origin> byId, Set<OriginId> unreachable, List<Origin> pending) {}

    /** From now on an origin that registers is pending until an operator has said what it may take. */
    void requireApproval() {
        approvalRequired = true;
    }

    /** Whether an origin that registers by itself waits for approval. */
    boolean wouldWait(OriginId id) {
        return wouldWait(config.current().overrides().get(id));
    }

    private boolean wouldWait(@Nullable OriginOverride override) {
        return approvalRequired && (override == null || override.admission() == null);
    }

    boolean waits(KnownOrigin origin) {
        return !origin.source().isProbed() && wouldWait(origin.id());
    }

    /**
     * Paints it anew if an entry looks different. Who has changed an entry finds it painted afterwards, also when another thread did it.
     *
     * @return whether it looks different now
     */
    synchronized boolean paintNews() {
        return origins.takeNews() && paint();
    }

    /** @return whether it looks different now */
    synchronized boolean paint() {
        Map<OriginId, OriginOverride> overrides = config.current().overrides();
        List<KnownOrigin> known = origins.allSeen();
        // Whoever looks at the origins, to place a stream, to ask one or to connect to it, finds none that waits.
        Map<Boolean, List<Origin>> byWaiting = known.stream()
                .collect(Collectors.partitioningBy(
                        origin -> !origin.source().isProbed() && wouldWait(overrides.get(origin.id())),
                        Collectors.mapping(
                                origin -> Overrides.apply(shown(origin), overrides.get(origin.id())),
                                Collectors.toUnmodifiableList())));
        List<Origin> all = byWaiting.getOrDefault(false, List.of());
        List<Origin> pending = byWaiting.getOrDefault(true, List.of()).stream()
                .map(origin -> origin.withAdmission(Admission.PENDING))
                .toList();
        Set<OriginId> unreachable = known.stream()
                .filter(KnownOrigin::unreachable)
                .map(KnownOrigin::id)
                .collect(Collectors.toUnmodifiableSet());
        boolean different = !all.equals(painted.all) || !unreachable.equals(painted.unreachable);
        if (!different && pending.equals(painted.pending)) {
            return false;
        }
        Map<OriginId, Origin> byId = new HashMap<>();
        all.forEach(origin -> byId.put(origin.id(), origin));
        painted = new Painted(all, byId, unreachable, pending);
        return different;
    }

    private static Origin shown(KnownOrigin origin) {
        return origin.standing().kept() ? origin.described().withState(OriginState.UP) : origin.described();
    }

    /** Ordered by id. */
    List<Origin> all() {
        return painted.all;
    }

    /** Those that wait for approval, ordered by id; in none of the others. */
    List<Origin> pending() {
        return painted.pending;
    }

    Optional<Origin> find(OriginId id) {
        return Optional.ofNullable(painted.byId.get(id));
    }

    boolean unreachable(OriginId id) {
        return painted.unreachable.contains(id);
    }

    void carriedBy(Function<OriginId, Optional<Carried>> source) {
        carried = source;
    }

    /** What the origin says of itself and, where it says nothing, what workers carry. */
    OriginLoad load(OriginId id) {
        OriginLoad own = origins.seen(id).map(known -> known.reported().load()).orElse(OriginLoad.UNKNOWN);
        return carried.apply(id)
                .map(ours -> new OriginLoad(
                        own.cpuPercent(),
                        own.sessions().isPresent() ? own.sessions() : OptionalInt.of(ours.sessions()),
                        own.kbps().isPresent() ? own.kbps() : OptionalDouble.of(ours.kbps())))
                .orElse(own);
    }
}
