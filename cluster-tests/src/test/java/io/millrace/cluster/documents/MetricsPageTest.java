package io.millrace.cluster.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The metrics page lists the meters of both planes, by the names under which Prometheus reads them, and no others. */
class MetricsPageTest {

    private static final Pattern NAME = Pattern.compile("\"(millrace(?:\\.[a-z]+)+)\"");
    private static final Pattern BUILT = Pattern.compile("(\\w+)\\s*\\.builder\\(\\s*$");
    private static final Pattern UNIT = Pattern.compile("\\.baseUnit\\(\"(\\w+)\"\\)");
    private static final Pattern SHOWN = Pattern.compile("millrace_[a-z_]+");

    @Test
    void everyMeterIsOnThePage() {
        Set<String> shown = Repository.page("docs/reference/metrics.md")
                .find(SHOWN)
                .map(MatchResult::group)
                .collect(Collectors.toSet());
        Map<String, Set<String>> meters = meters();
        Set<String> missing = new TreeSet<>();
        meters.forEach((meter, names) -> {
            if (names.stream().noneMatch(shown::contains)) {
                missing.add(meter + " as one of " + names);
            }
        });
        assertThat(missing).isEmpty();
        assertThat(meters).hasSizeGreaterThan(80);
    }

    @Test
    void pagesNameNoOtherMeters() {
        Set<String> known = meters().values().stream().flatMap(Set::stream).collect(Collectors.toSet());
        Set<String> unknown = new TreeSet<>();
        Repository.pages()
                .forEach(page -> page.find(SHOWN)
                        .map(MatchResult::group)
                        .filter(name -> !known.contains(name))
                        .forEach(name -> unknown.add(page.name() + ": " + name)));
        assertThat(unknown).isEmpty();
    }

    /** What each is called in Prometheus's text; several names where the source does not show its type. */
    private static Map<String, Set<String>> meters() {
        Set<String> settings = SettingsTable.read().properties();
        Map<String, Set<String>> meters = new HashMap<>();
        for (String source : Repository.sources()) {
            if (!source.contains("import io.micrometer.")) {
                continue;
            }
            for (MatchResult name : NAME.matcher(source).results().toList()) {
                if (!settings.contains(name.group(1))) {
                    meters.computeIfAbsent(name.group(1), meter -> new HashSet<>())
                            .addAll(shownAs(source, name));
                }
            }
        }
        return meters;
    }

    private static List<String> shownAs(String source, MatchResult name) {
        String base = name.group(1).replace('.', '_');
        List<MatchResult> built =
                BUILT.matcher(source.substring(0, name.start())).results().toList();
        if (built.isEmpty()) {
            return Stream.of("", "_total", "_seconds", "_bytes")
                    .map(base::concat)
                    .toList();
        }
        int registered = source.indexOf(".register(", name.end());
        String rest = source.substring(name.end(), registered < 0 ? source.length() : registered);
        String unit = UNIT.matcher(rest)
                .results()
                .findFirst()
                .map(found -> "_" + found.group(1))
                .orElse("");
        return switch (built.getFirst().group(1)) {
            case "Timer" -> List.of(base + "_seconds");
            case "Counter", "FunctionCounter" -> List.of(base + unit + "_total");
            default -> List.of(base.endsWith(unit) ? base : base + unit);
        };
    }
}
