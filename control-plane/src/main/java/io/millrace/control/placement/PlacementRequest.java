package io.millrace.control.placement;

import io.millrace.model.Intent;
import io.millrace.model.OriginId;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import java.util.Map;
import java.util.Set;

/**
 * What is to be placed.
 *
 * @param ruledOut origins that must not be chosen this time, whatever their state says, each with the reason
 * @param avoid origins that are chosen only when there is no other
 */
public record PlacementRequest(
        StreamKey stream, Intent intent, Protocol protocol, Map<OriginId, String> ruledOut, Set<OriginId> avoid) {

    public PlacementRequest {
        ruledOut = Map.copyOf(ruledOut);
        avoid = Set.copyOf(avoid);
    }

    public PlacementRequest(StreamKey stream, Intent intent, Protocol protocol, Map<OriginId, String> ruledOut) {
        this(stream, intent, protocol, ruledOut, Set.of());
    }
}
