package io.millrace.control.registry.origin;

import io.millrace.control.placement.OriginLoad;
import io.millrace.model.Admission;
import io.millrace.model.Endpoint;
import io.millrace.model.Incarnation;
import io.millrace.model.Listener;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginKind;
import io.millrace.model.OriginState;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What an origin says of itself, checked.
 *
 * @param name device_id; empty if it says none
 * @param figures null if it says nothing of its load
 */
public record Registration(
        OriginId id,
        String server,
        String name,
        String ip,
        Incarnation incarnation,
        OriginKind kind,
        Map<Listener, List<Endpoint>> endpoints,
        String zone,
        Map<String, String> labels,
        int weight,
        @Nullable LoadSample figures) {

    /** Without a name. */
    public Registration(
            OriginId id,
            String server,
            String ip,
            Incarnation incarnation,
            OriginKind kind,
            Map<Listener, List<Endpoint>> endpoints,
            String zone,
            Map<String, String> labels,
            int weight,
            @Nullable LoadSample figures) {
        this(id, server, "", ip, incarnation, kind, endpoints, zone, labels, weight, figures);
    }

    /**
     * Load figures of one moment.
     *
     * @param cpuPercent of the machine or of the origin's one busy core, whichever is worse; null if unknown
     * @param sessions null if unknown
     * @param bytes total in and out since its start; null if unknown
     * @param atMillis the origin's own clock when the bytes were counted
     */
    public record LoadSample(
            @Nullable Double cpuPercent,
            @Nullable Integer sessions,
            @Nullable Long bytes,
            long atMillis) {}

    public Registration withEndpoints(Map<Listener, List<Endpoint>> next) {
        return new Registration(id, server, name, ip, incarnation, kind, next, zone, labels, weight, figures);
    }

    public Origin described(OriginState state) {
        return new Origin(
                id, server, name, ip, incarnation, kind, endpoints, zone, labels, weight, state, Admission.OPEN);
    }

    /** The load, with a rate where the figures before this one allow it. */
    public static OriginLoad load(@Nullable LoadSample before, LoadSample now) {
        return new OriginLoad(
                now.cpuPercent == null ? OptionalDouble.empty() : OptionalDouble.of(now.cpuPercent),
                now.sessions == null ? OptionalInt.empty() : OptionalInt.of(now.sessions),
                kbps(before, now));
    }

    private static OptionalDouble kbps(@Nullable LoadSample before, LoadSample now) {
        if (before == null || before.bytes == null || now.bytes == null || now.bytes < before.bytes) {
            return OptionalDouble.empty();
        }
        long millis = now.atMillis - before.atMillis;
        return millis <= 0 ? OptionalDouble.empty() : OptionalDouble.of((now.bytes - before.bytes) * 8.0 / millis);
    }
}
