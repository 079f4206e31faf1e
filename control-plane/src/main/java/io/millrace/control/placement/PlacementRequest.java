package io.millrace.control.placement;

import io.millrace.model.Intent;
import io.millrace.model.OriginId;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import java.util.Map;

/**
 * What is to be placed.
 *
 * @param ruledOut origins that must not be chosen this time, whatever their state says, each with the reason
 */
public record PlacementRequest(StreamKey stream, Intent intent, Protocol protocol, Map<OriginId, String> ruledOut) {

    public PlacementRequest {
        ruledOut = Map.copyOf(ruledOut);
    }
}
