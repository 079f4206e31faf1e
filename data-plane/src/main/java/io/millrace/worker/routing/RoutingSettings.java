package io.millrace.worker.routing;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * What an operator sets for routing.
 *
 * @param controlPlanes each worker begins with another of them and keeps the one that works (MILLRACE_CONTROL_PLANE_URL)
 * @param resolveDeadline a session waits for the control plane no longer (MILLRACE_ROUTING_RESOLVE_DEADLINE)
 * @param cacheSize bindings that are remembered (MILLRACE_ROUTING_CACHE_SIZE)
 */
public record RoutingSettings(List<URI> controlPlanes, Duration resolveDeadline, int cacheSize) {

    public RoutingSettings {
        controlPlanes = List.copyOf(controlPlanes);
    }
}
