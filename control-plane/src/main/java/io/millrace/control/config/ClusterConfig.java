package io.millrace.control.config;

import io.millrace.model.OriginId;
import io.millrace.model.placement.PlacementRule;
import io.millrace.model.table.ClusterSettings;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything an operator has set.
 *
 * @param staticOrigins origins that do not register by themselves
 * @param overrides what an operator said of an origin, over what the origin says of itself
 * @param rules in the order in which they are tried
 * @param vhosts host names that are vhosts of their own
 */
public record ClusterConfig(
        List<StaticOrigin> staticOrigins,
        Map<OriginId, OriginOverride> overrides,
        List<PlacementRule> rules,
        List<String> vhosts,
        ClusterSettings settings) {

    public static final ClusterConfig EMPTY =
            new ClusterConfig(List.of(), Map.of(), List.of(), List.of(), ClusterSettings.DEFAULT);

    public ClusterConfig {
        staticOrigins = List.copyOf(staticOrigins);
        overrides = java.util.Collections.unmodifiableMap(new TreeMap<>(overrides));
        rules = List.copyOf(rules);
        vhosts = List.copyOf(vhosts);
    }

    public ClusterConfig withStaticOrigins(List<StaticOrigin> next) {
        return new ClusterConfig(next, overrides, rules, vhosts, settings);
    }

    public ClusterConfig withOverrides(Map<OriginId, OriginOverride> next) {
        return new ClusterConfig(staticOrigins, next, rules, vhosts, settings);
    }

    public ClusterConfig withRules(List<PlacementRule> next) {
        return new ClusterConfig(staticOrigins, overrides, next, vhosts, settings);
    }

    public ClusterConfig withVhosts(List<String> next) {
        return new ClusterConfig(staticOrigins, overrides, rules, next, settings);
    }

    public ClusterConfig withSettings(ClusterSettings next) {
        return new ClusterConfig(staticOrigins, overrides, rules, vhosts, next);
    }
}
