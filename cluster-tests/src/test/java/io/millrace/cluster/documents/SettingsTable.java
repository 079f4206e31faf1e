package io.millrace.cluster.documents;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** docs/settings.md, which tests of both planes keep equal to the code: variables, their properties and defaults. */
record SettingsTable(Set<String> properties, Map<String, Set<String>> defaults) {

    private static final Pattern ROW =
            Pattern.compile("\\| `([A-Z0-9_]+)` \\| `([^`]+)` \\| ((?:[^|]|\\\\\\|)*) \\|.*");

    static SettingsTable read() {
        Map<String, Set<String>> defaults = new LinkedHashMap<>();
        Set<String> properties = Repository.page("docs/settings.md").lines().stream()
                .map(ROW::matcher)
                .filter(row -> row.matches())
                .map(row -> {
                    defaults.computeIfAbsent(row.group(1), variable -> new TreeSet<>())
                            .add(row.group(3).replace("`", ""));
                    return row.group(2);
                })
                .collect(Collectors.toSet());
        return new SettingsTable(properties, defaults);
    }

    boolean has(String variable) {
        return defaults.containsKey(variable);
    }

    /** Of both planes; empty for a variable that neither has. */
    Collection<String> defaultsOf(String variable) {
        return defaults.getOrDefault(variable, Set.of());
    }

    /** Whether it begins the name of a setting. */
    boolean hasAny(String prefix) {
        return defaults.keySet().stream().anyMatch(variable -> variable.startsWith(prefix));
    }

    List<String> variables() {
        return List.copyOf(defaults.keySet());
    }
}
