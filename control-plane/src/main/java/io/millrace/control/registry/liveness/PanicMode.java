package io.millrace.control.registry.liveness;

import io.millrace.control.registry.origin.KnownOrigin;
import io.millrace.model.OriginId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * When more than half of the origins, and at least three, look dead at once, it is more likely that this control plane is cut off than that they
 * died: then the routing table keeps them, and workers find out for themselves. Pure.
 */
public final class PanicMode {

    static final int AT_LEAST = 3;

    /** What died within this time died at once. */
    public static final Duration AT_ONCE = Duration.ofSeconds(60);

    private PanicMode() {}

    /** Those that the table keeps; empty when all is as usual. */
    public static Set<OriginId> kept(List<KnownOrigin> origins, Map<OriginId, Watched> watched, Instant now) {
        Set<OriginId> atOnce = new HashSet<>();
        int longDead = 0;
        for (KnownOrigin origin : origins) {
            if (!origin.looksDead()) {
                continue;
            }
            Watched seen = watched.get(origin.id());
            boolean lately = seen != null && seen.life().died().isAfter(now.minus(AT_ONCE));
            if (lately || origin.standing().kept()) {
                atOnce.add(origin.id());
            } else {
                longDead++;
            }
        }
        int counted = origins.size() - longDead;
        return atOnce.size() >= AT_LEAST && atOnce.size() * 2 > counted ? atOnce : Set.of();
    }
}
