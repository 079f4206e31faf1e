package io.millrace.control.registry;

import io.millrace.control.config.ConfigRepository;
import io.millrace.control.config.OriginOverride;
import io.millrace.control.placement.OriginLoad;
import io.millrace.control.registry.Origins.Carried;
import io.millrace.control.registry.origin.KnownOrigin;
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

/**
 * What the rest of the process sees of the origins: as they are described, with what operators said over it, and their load.
 * Any thread; reading takes no lock.
 */
final class OriginPicture {

    private final KnownOrigins origins;
    private final ConfigRepository config;

    private volatile Painted painted = new Painted(List.of(), Map.of(), Set.of());
    private volatile Function<OriginId, Optional<Carried>> carried = id -> Optional.empty();

    OriginPicture(KnownOrigins origins, ConfigRepository config) {
        this.origins = origins;
        this.config = config;
    }

    /** Whole and never changed. */
    private record Painted(List<Origin> all, Map<OriginId, Origin> byId, Set<OriginId> unreachable) {}

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
        List<Origin> all = known.stream()
                .map(origin -> Overrides.apply(shown(origin), overrides.get(origin.id())))
                .toList();
        Set<OriginId> unreachable = known.stream()
                .filter(KnownOrigin::unreachable)
                .map(KnownOrigin::id)
                .collect(Collectors.toUnmodifiableSet());
        if (all.equals(painted.all) && unreachable.equals(painted.unreachable)) {
            return false;
        }
        Map<OriginId, Origin> byId = new HashMap<>();
        all.forEach(origin -> byId.put(origin.id(), origin));
        painted = new Painted(all, byId, unreachable);
        return true;
    }

    private static Origin shown(KnownOrigin origin) {
        return origin.standing().kept() ? origin.described().withState(OriginState.UP) : origin.described();
    }

    /** Ordered by id. */
    List<Origin> all() {
        return painted.all;
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
