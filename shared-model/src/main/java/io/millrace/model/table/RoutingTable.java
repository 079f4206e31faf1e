package io.millrace.model.table;

import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import io.millrace.model.access.Ban;
import io.millrace.model.access.StreamAccess;
import io.millrace.model.placement.PlacementRule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The picture of origins, vhosts, rules, settings, bans and access that workers pull: immutable, whole, one version.
 *
 * @param bans by id
 * @param access what clients must show, with the keys that only workers may know
 */
public record RoutingTable(
        TableVersion version,
        List<Origin> origins,
        List<String> vhosts,
        List<PlacementRule> rules,
        ClusterSettings settings,
        List<Ban> bans,
        StreamAccess access) {

    public RoutingTable {
        origins = List.copyOf(origins);
        vhosts = List.copyOf(vhosts);
        rules = List.copyOf(rules);
        // What was written before there were any has none.
        bans = bans == null ? List.of() : List.copyOf(bans);
        access = access == null ? StreamAccess.FREE : access;
    }

    public RoutingTable(
            TableVersion version,
            List<Origin> origins,
            List<String> vhosts,
            List<PlacementRule> rules,
            ClusterSettings settings) {
        this(version, origins, vhosts, rules, settings, List.of(), StreamAccess.FREE);
    }

    public static RoutingTable empty(TableVersion version) {
        return new RoutingTable(version, List.of(), List.of(), List.of(), ClusterSettings.DEFAULT);
    }

    public RoutingTable withBans(List<Ban> others) {
        return new RoutingTable(version, origins, vhosts, rules, settings, others, access);
    }

    public RoutingTable withAccess(StreamAccess other) {
        return new RoutingTable(version, origins, vhosts, rules, settings, bans, other);
    }

    public RoutingTable withVersion(TableVersion other) {
        return new RoutingTable(other, origins, vhosts, rules, settings, bans, access);
    }

    public Optional<Origin> origin(OriginId id) {
        return origins.stream().filter(origin -> origin.id().equals(id)).findFirst();
    }

    /** The first rule that matches a stream, or the default one. */
    public PlacementRule ruleFor(StreamKey stream) {
        return rules.stream().filter(rule -> rule.matches(stream)).findFirst().orElse(PlacementRule.DEFAULT);
    }

    /** What makes this table unfit to be published or applied; empty when nothing does. */
    public List<String> inconsistencies() {
        List<String> found = new ArrayList<>();
        Set<OriginId> ids = new HashSet<>();
        for (Origin origin : origins) {
            if (!ids.add(origin.id())) {
                found.add("origin " + origin.id() + " stands twice");
            }
            if (origin.endpoints().isEmpty()) {
                found.add("origin " + origin.id() + " listens nowhere");
            }
            if (origin.weight() < 0 || origin.weight() > Origin.MAX_WEIGHT) {
                found.add("origin " + origin.id() + " has weight " + origin.weight());
            }
        }
        Set<String> names = new HashSet<>();
        for (PlacementRule rule : rules) {
            if (rule.name().isEmpty() || !names.add(rule.name())) {
                found.add("rule name '" + rule.name() + "' is empty or stands twice");
            }
            if (rule.standbys() < 0) {
                found.add("rule " + rule.name() + " wants " + rule.standbys() + " standbys");
            }
        }
        if (new HashSet<>(vhosts).size() != vhosts.size()) {
            found.add("a vhost stands twice");
        }
        return found;
    }
}
