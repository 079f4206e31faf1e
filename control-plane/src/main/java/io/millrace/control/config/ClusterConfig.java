package io.millrace.control.config;

import io.millrace.model.OriginId;
import io.millrace.model.access.AccessRule;
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
 * @param accessRules what clients must show, in the order in which they are tried
 */
public record ClusterConfig(
        List<StaticOrigin> staticOrigins,
        Map<OriginId, OriginOverride> overrides,
        List<PlacementRule> rules,
        List<String> vhosts,
        ClusterSettings settings,
        List<AccessRule> accessRules) {

    public static final ClusterConfig EMPTY =
            new ClusterConfig(List.of(), Map.of(), List.of(), List.of(), ClusterSettings.DEFAULT, List.of());

    public ClusterConfig {
        staticOrigins = List.copyOf(staticOrigins);
        overrides = java.util.Collections.unmodifiableMap(new TreeMap<>(overrides));
        rules = List.copyOf(rules);
        vhosts = List.copyOf(vhosts);
        // What was kept before there were any has none.
        accessRules = accessRules == null ? List.of() : List.copyOf(accessRules);
    }

    public ClusterConfig withStaticOrigins(List<StaticOrigin> next) {
        return new ClusterConfig(next, overrides, rules, vhosts, settings, accessRules);
    }

    public ClusterConfig withOverrides(Map<OriginId, OriginOverride> next) {
        return new ClusterConfig(staticOrigins, next, rules, vhosts, settings, accessRules);
    }

    public ClusterConfig withRules(List<PlacementRule> next) {
        return new ClusterConfig(staticOrigins, overrides, next, vhosts, settings, accessRules);
    }

    public ClusterConfig withVhosts(List<String> next) {
        return new ClusterConfig(staticOrigins, overrides, rules, next, settings, accessRules);
    }

    public ClusterConfig withSettings(ClusterSettings next) {
        return new ClusterConfig(staticOrigins, overrides, rules, vhosts, next, accessRules);
    }

    public ClusterConfig withAccessRules(List<AccessRule> next) {
        return new ClusterConfig(staticOrigins, overrides, rules, vhosts, settings, next);
    }
}
