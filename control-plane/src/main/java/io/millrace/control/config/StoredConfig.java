package io.millrace.control.config;

import io.millrace.model.OriginId;
import io.millrace.model.access.AccessRule;
import io.millrace.model.placement.PlacementRule;
import io.millrace.model.table.ClusterSettings;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The document as the store keeps it: with when, by whom and how it came about, in the same write. Flat, so that what was kept before
 * these were noted can still be read, and what is kept now by those who do not know of them.
 */
public record StoredConfig(
        List<StaticOrigin> staticOrigins,
        Map<OriginId, OriginOverride> overrides,
        List<PlacementRule> rules,
        List<String> vhosts,
        ClusterSettings settings,
        @Nullable List<AccessRule> accessRules,
        @Nullable Instant changedAt,
        @Nullable String changedBy,
        @Nullable String change) {

    static final StoredConfig EMPTY = of(ClusterConfig.EMPTY, null, null, null);

    static StoredConfig of(
            ClusterConfig config, @Nullable Instant changedAt, @Nullable String changedBy, @Nullable String change) {
        return new StoredConfig(
                config.staticOrigins(),
                config.overrides(),
                config.rules(),
                config.vhosts(),
                config.settings(),
                config.accessRules(),
                changedAt,
                changedBy,
                change);
    }

    ClusterConfig config() {
        return new ClusterConfig(
                staticOrigins, overrides, rules, vhosts, settings, accessRules == null ? List.of() : accessRules);
    }

    ConfigRevision revision(long version) {
        return new ConfigRevision(
                version, changedAt, changedBy == null ? "" : changedBy, change == null ? "" : change, config());
    }
}
