package io.millrace.control.placement;

import io.millrace.model.placement.Policy;
import java.util.List;

/** Puts origins that may take a stream into an order. */
interface PlacementPolicy {

    /** All allowed origins, best first, each with the reason for its rank. */
    List<Ranked> rank(Situation situation);

    static PlacementPolicy of(Policy policy) {
        return switch (policy) {
            case LEAST_LOAD -> LeastLoad::rank;
            case RENDEZVOUS -> RendezvousOrder::rank;
            case ROUND_ROBIN -> RoundRobin::rank;
            case RANDOM -> WeightedRandom::rank;
        };
    }
}
