package io.millrace.control.placement;

import io.millrace.model.Intent;
import io.millrace.model.OriginId;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.ResolveRequest;
import java.util.HashMap;
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

    /** For a session that asks where it belongs: what it has tried is ruled out. */
    public static PlacementRequest of(ResolveRequest request) {
        Map<OriginId, String> tried = new HashMap<>();
        for (OriginObservation failure : request.failed()) {
            tried.put(
                    failure.origin(),
                    "was tried by this session (" + failure.failure().word() + ")");
        }
        OriginObservation slow = request.slow();
        if (slow != null) {
            tried.putIfAbsent(slow.origin(), "was dialled by this session and has not answered yet");
        }
        return new PlacementRequest(
                request.stream(), request.intent(), request.protocol(), tried, Set.copyOf(request.avoid()));
    }
}
