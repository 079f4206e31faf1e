package io.millrace.control.config;

import io.millrace.model.access.AccessRule;
import io.millrace.model.placement.PlacementRule;
import io.millrace.model.table.ClusterSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/** In what one document differs from another, part by part. */
public record ConfigChanges(
        PartChanges staticOrigins,
        PartChanges overrides,
        PartChanges rules,
        PartChanges vhosts,
        PartChanges settings,
        PartChanges accessRules) {

    /** More names than these make a line too long to read. */
    private static final int NAMES_IN_SUMMARY = 5;

    /**
     * The changes of one part.
     *
     * @param added names that only the later document has: ids of origins, names of rules, vhosts
     * @param removed names that only the earlier one has
     * @param changed names that both have, with another content
     * @param reordered whether those that both have stand in another order
     */
    public record PartChanges(List<String> added, List<String> removed, List<String> changed, boolean reordered) {

        public PartChanges {
            added = List.copyOf(added);
            removed = List.copyOf(removed);
            changed = List.copyOf(changed);
        }

        public boolean none() {
            return added.isEmpty() && removed.isEmpty() && changed.isEmpty() && !reordered;
        }

        private static PartChanges between(Map<String, ?> before, Map<String, ?> after) {
            List<String> both = common(before.keySet(), after.keySet());
            return new PartChanges(
                    without(after.keySet(), before.keySet()),
                    without(before.keySet(), after.keySet()),
                    both.stream()
                            .filter(name -> !Objects.equals(after.get(name), before.get(name)))
                            .toList(),
                    !both.equals(common(after.keySet(), before.keySet())));
        }

        private static List<String> without(Set<String> names, Set<String> others) {
            return names.stream().filter(name -> !others.contains(name)).toList();
        }

        private static List<String> common(Set<String> names, Set<String> others) {
            return names.stream().filter(others::contains).toList();
        }

        private String summary() {
            List<String> words = new ArrayList<>();
            added.forEach(name -> words.add("+" + name));
            removed.forEach(name -> words.add("-" + name));
            changed.forEach(name -> words.add("~" + name));
            if (words.size() > NAMES_IN_SUMMARY) {
                int more = words.size() - NAMES_IN_SUMMARY;
                words.subList(NAMES_IN_SUMMARY, words.size()).clear();
                words.add("and " + more + " more");
            }
            if (reordered) {
                words.add("reordered");
            }
            return String.join(" ", words);
        }
    }

    public static ConfigChanges between(ClusterConfig before, ClusterConfig after) {
        return new ConfigChanges(
                PartChanges.between(
                        named(before.staticOrigins(), origin -> origin.id().value()),
                        named(after.staticOrigins(), origin -> origin.id().value())),
                PartChanges.between(overrides(before), overrides(after)),
                PartChanges.between(
                        named(before.rules(), PlacementRule::name), named(after.rules(), PlacementRule::name)),
                PartChanges.between(named(before.vhosts(), vhost -> vhost), named(after.vhosts(), vhost -> vhost)),
                PartChanges.between(settings(before.settings()), settings(after.settings())),
                PartChanges.between(
                        named(before.accessRules(), AccessRule::name), named(after.accessRules(), AccessRule::name)));
    }

    public boolean none() {
        return parts().values().stream().allMatch(PartChanges::none);
    }

    /** One line: {@code rules +gold ~rest reordered; vhosts -old.example.com}. */
    public String summary() {
        StringBuilder line = new StringBuilder();
        parts().forEach((name, part) -> {
            if (!part.none()) {
                line.append(line.isEmpty() ? "" : "; ").append(name).append(' ').append(part.summary());
            }
        });
        return line.isEmpty() ? "nothing" : line.toString();
    }

    private Map<String, PartChanges> parts() {
        Map<String, PartChanges> parts = new LinkedHashMap<>();
        parts.put("static origins", staticOrigins);
        parts.put("overrides", overrides);
        parts.put("rules", rules);
        parts.put("vhosts", vhosts);
        parts.put("settings", settings);
        parts.put("access rules", accessRules);
        return parts;
    }

    private static <T> Map<String, T> named(List<T> items, Function<T, String> name) {
        Map<String, T> named = new LinkedHashMap<>();
        items.forEach(item -> named.put(name.apply(item), item));
        return named;
    }

    private static Map<String, OriginOverride> overrides(ClusterConfig config) {
        Map<String, OriginOverride> named = new LinkedHashMap<>();
        config.overrides().forEach((id, override) -> named.put(id.value(), override));
        return named;
    }

    private static Map<String, Object> settings(ClusterSettings settings) {
        Map<String, Object> named = new LinkedHashMap<>();
        named.put("reportMillis", settings.reportMillis());
        named.put("bindingFreshMillis", settings.bindingFreshMillis());
        named.put("clientTraits", settings.clientTraits());
        named.put("limits", settings.limits());
        return named;
    }
}
