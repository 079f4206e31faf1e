package io.millrace.model.table;

import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.access.Ban;
import io.millrace.model.access.StreamAccess;
import io.millrace.model.placement.PlacementRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How one version of the routing table becomes another.
 *
 * @param changed origins that are new or different
 * @param vhosts null when unchanged; likewise rules, settings and access
 * @param bans new and different ones; null for none
 * @param liftedBans their ids; null for none
 */
public record RoutingTableDelta(
        TableVersion from,
        TableVersion to,
        List<Origin> changed,
        List<OriginId> removed,
        @Nullable List<String> vhosts,
        @Nullable List<PlacementRule> rules,
        @Nullable ClusterSettings settings,
        @Nullable List<Ban> bans,
        @Nullable List<String> liftedBans,
        @Nullable StreamAccess access) {

    public static RoutingTableDelta between(RoutingTable from, RoutingTable to) {
        Map<OriginId, Origin> before = byId(from.origins());
        Map<OriginId, Origin> after = byId(to.origins());
        Map<String, Ban> bansBefore = bansById(from.bans());
        Map<String, Ban> bansAfter = bansById(to.bans());
        return new RoutingTableDelta(
                from.version(),
                to.version(),
                after.values().stream()
                        .filter(origin -> !origin.equals(before.get(origin.id())))
                        .toList(),
                before.keySet().stream().filter(id -> !after.containsKey(id)).toList(),
                from.vhosts().equals(to.vhosts()) ? null : to.vhosts(),
                from.rules().equals(to.rules()) ? null : to.rules(),
                from.settings().equals(to.settings()) ? null : to.settings(),
                unlessEmpty(bansAfter.values().stream()
                        .filter(ban -> !ban.equals(bansBefore.get(ban.id())))
                        .toList()),
                unlessEmpty(bansBefore.keySet().stream()
                        .filter(id -> !bansAfter.containsKey(id))
                        .toList()),
                from.access().equals(to.access()) ? null : to.access());
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
                Objects.requireNonNullElse(settings, table.settings()),
                bansOf(table),
                Objects.requireNonNullElse(access, table.access()));
    }

    private List<Ban> bansOf(RoutingTable table) {
        if (bans == null && liftedBans == null) {
            return table.bans();
        }
        Map<String, Ban> all = bansById(table.bans());
        Objects.requireNonNullElse(liftedBans, List.<String>of()).forEach(all::remove);
        all.putAll(bansById(Objects.requireNonNullElse(bans, List.of())));
        return List.copyOf(all.values());
    }

    private static <T> @Nullable List<T> unlessEmpty(List<T> list) {
        return list.isEmpty() ? null : list;
    }

    private static Map<String, Ban> bansById(List<Ban> bans) {
        return bans.stream()
                .collect(Collectors.toMap(Ban::id, Function.identity(), (former, latter) -> latter, TreeMap::new));
    }

    private static Map<OriginId, Origin> byId(List<Origin> origins) {
        Map<OriginId, Origin> map = new LinkedHashMap<>();
        origins.forEach(origin -> map.put(origin.id(), origin));
        return map;
    }
}
