package io.millrace.model.table;

import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.placement.PlacementRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How one version of the routing table becomes another.
 *
 * @param changed origins that are new or different
 * @param vhosts null when unchanged; likewise rules and settings
 */
public record RoutingTableDelta(
        TableVersion from,
        TableVersion to,
        List<Origin> changed,
        List<OriginId> removed,
        @Nullable List<String> vhosts,
        @Nullable List<PlacementRule> rules,
        @Nullable ClusterSettings settings) {

    public static RoutingTableDelta between(RoutingTable from, RoutingTable to) {
        Map<OriginId, Origin> before = byId(from.origins());
        Map<OriginId, Origin> after = byId(to.origins());
        return new RoutingTableDelta(
                from.version(),
                to.version(),
                after.values().stream()
                        .filter(origin -> !origin.equals(before.get(origin.id())))
                        .toList(),
                before.keySet().stream().filter(id -> !after.containsKey(id)).toList(),
                from.vhosts().equals(to.vhosts()) ? null : to.vhosts(),
                from.rules().equals(to.rules()) ? null : to.rules(),
                from.settings().equals(to.settings()) ? null : to.settings());
    }

    /** @throws IllegalArgumentException when the table is not the version this delta starts from */
    public RoutingTable applyTo(RoutingTable table) {
        if (!table.version().equals(from)) {
            throw new IllegalArgumentException(
                    "the delta starts from " + from + ", but the table is " + table.version());
        }
        Map<OriginId, Origin> origins = byId(table.origins());
        removed.forEach(origins::remove);
        changed.forEach(origin -> origins.put(origin.id(), origin));
        return new RoutingTable(
                to,
                origins.values().stream()
                        .sorted((a, b) -> a.id().compareTo(b.id()))
                        .toList(),
                Objects.requireNonNullElse(vhosts, table.vhosts()),
                Objects.requireNonNullElse(rules, table.rules()),
                Objects.requireNonNullElse(settings, table.settings()));
    }

    private static Map<OriginId, Origin> byId(List<Origin> origins) {
        Map<OriginId, Origin> map = new LinkedHashMap<>();
        origins.forEach(origin -> map.put(origin.id(), origin));
        return map;
    }
}
