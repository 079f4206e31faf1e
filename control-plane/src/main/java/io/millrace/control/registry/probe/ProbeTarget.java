package io.millrace.control.registry.probe;

import io.millrace.model.Endpoint;
import io.millrace.model.Listener;
import io.millrace.model.Origin;
import io.millrace.model.Transport;
import java.util.List;
import java.util.Optional;

/**
 * Where an origin is probed, and by what.
 *
 * @param kind what must succeed there
 */
public record ProbeTarget(Endpoint endpoint, Kind kind) {

    /** What a probe does. */
    public enum Kind {
        /** The process must answer: the kernel accepts connections for one that is frozen. */
        RTMP_HANDSHAKE,
        /** All that can be asked of an endpoint whose protocol is not RTMP. */
        TCP_CONNECT
    }

    /** Its first RTMP endpoint, else its first TCP endpoint; empty when it has neither. */
    public static Optional<ProbeTarget> of(Origin origin) {
        return origin.endpoint(Listener.RTMP)
                .map(endpoint -> new ProbeTarget(endpoint, Kind.RTMP_HANDSHAKE))
                .or(() -> origin.endpoints().values().stream()
                        .flatMap(List::stream)
                        .filter(endpoint -> endpoint.transport() == Transport.TCP)
                        .findFirst()
                        .map(endpoint -> new ProbeTarget(endpoint, Kind.TCP_CONNECT)));
    }
}
