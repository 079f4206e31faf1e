package io.millrace.model;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An origin as both planes see it: where it listens, what an operator said of it, and whether it is believed alive.
 *
 * @param server the server id that the origin calls itself
 * @param zone empty when it names none
 * @param weight its share of new streams relative to the others; 0 takes none
 */
public record Origin(
        OriginId id,
        String server,
        String ip,
        Incarnation incarnation,
        OriginKind kind,
        Map<Listener, List<Endpoint>> endpoints,
        String zone,
        Map<String, String> labels,
        int weight,
        OriginState state,
        Admission admission) {

    public static final int DEFAULT_WEIGHT = 100;
    public static final int MAX_WEIGHT = 10_000;

    public Origin {
        EnumMap<Listener, List<Endpoint>> copy = new EnumMap<>(Listener.class);
        endpoints.forEach((listener, list) -> {
            if (!list.isEmpty()) {
                copy.put(listener, List.copyOf(list));
            }
        });
        endpoints = java.util.Collections.unmodifiableMap(copy);
        labels = java.util.Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    /** The first endpoint of a listener, if the origin has that listener. */
    public Optional<Endpoint> endpoint(Listener listener) {
        return Optional.ofNullable(endpoints.get(listener)).map(List::getFirst);
    }

    public boolean offers(Protocol protocol) {
        return endpoints.containsKey(protocol.carriedBy());
    }

    /** How log lines name an origin: what it calls itself and where it is. */
    @JsonIgnore
    public String displayName() {
        String at = endpoint(Listener.RTMP).map(Endpoint::authority).orElse(ip);
        return server.isEmpty() ? at : server + "@" + at;
    }

    public Origin withState(OriginState next) {
        return new Origin(id, server, ip, incarnation, kind, endpoints, zone, labels, weight, next, admission);
    }

    public Origin withIncarnation(Incarnation next) {
        return new Origin(id, server, ip, next, kind, endpoints, zone, labels, weight, state, admission);
    }

    public Origin withAdmission(Admission next) {
        return new Origin(id, server, ip, incarnation, kind, endpoints, zone, labels, weight, state, next);
    }
}
