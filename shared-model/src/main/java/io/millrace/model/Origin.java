package io.millrace.model;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An origin as both planes see it: where it listens, what an operator set for it, and whether it is up.
 *
 * @param server the server id that the origin calls itself
 * @param name what its operator calls it (SRS: device_id); empty where it has none
 * @param zone empty when it names none
 * @param weight its share of new streams relative to the others; 0 takes none
 */
public record Origin(
        OriginId id,
        String server,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) String name,
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
        // Not there in what is stored without a name, or was by a version that knew none.
        name = Objects.requireNonNullElse(name, "");
        EnumMap<Listener, List<Endpoint>> copy = new EnumMap<>(Listener.class);
        endpoints.forEach((listener, list) -> {
            if (!list.isEmpty()) {
                copy.put(listener, List.copyOf(list));
            }
        });
        endpoints = java.util.Collections.unmodifiableMap(copy);
        labels = java.util.Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    /** Without a name. */
    public Origin(
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
        this(id, server, "", ip, incarnation, kind, endpoints, zone, labels, weight, state, admission);
    }

    /** The first endpoint of a listener, if the origin has that listener. */
    public Optional<Endpoint> endpoint(Listener listener) {
        return Optional.ofNullable(endpoints.get(listener)).map(List::getFirst);
    }

    public boolean offers(Protocol protocol) {
        return endpoints.containsKey(protocol.carriedBy());
    }

    /** How lists and log lines name an origin: what it is called, else what it calls itself, and where it is. */
    @JsonIgnore
    public String displayName() {
        String at = endpoint(Listener.RTMP).map(Endpoint::authority).orElse(ip);
        String called = name.isEmpty() ? server : name;
        return called.isEmpty() ? at : called + "@" + at;
    }

    public Origin withState(OriginState next) {
        return new Origin(id, server, name, ip, incarnation, kind, endpoints, zone, labels, weight, next, admission);
    }

    public Origin withIncarnation(Incarnation next) {
        return new Origin(id, server, name, ip, next, kind, endpoints, zone, labels, weight, state, admission);
    }

    public Origin withAdmission(Admission next) {
        return new Origin(id, server, name, ip, incarnation, kind, endpoints, zone, labels, weight, state, next);
    }
}
