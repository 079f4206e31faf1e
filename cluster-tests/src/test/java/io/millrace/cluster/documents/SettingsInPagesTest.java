package io.millrace.cluster.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cluster.documents.Repository.Page;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What pages say of settings: names that exist, and the defaults that the code has. */
class SettingsInPagesTest {

    private static final Pattern VARIABLE = Pattern.compile("\\b(?:MILLRACE|PROXY)_[A-Z0-9_]*[A-Z0-9_]");
    /** SRS's proxy has them; pages say that they are not read. */
    private static final Set<String> NOT_READ = Set.of(
            "PROXY_HTTP_API_AUTH_ENABLED",
            "PROXY_HTTP_API_AUTH_TYPE",
            "PROXY_HTTP_API_AUTH_TOKEN",
            "PROXY_HTTP_API_AUTH_");

    /** {@code `NAME` (20 s)}, and a row of a table with the default in front of the name. */
    private static final Pattern BEHIND = Pattern.compile("`([A-Z0-9_]+)`,? \\(([^)]+)\\)");

    private static final Pattern BEFORE =
            Pattern.compile("(?m)^\\|(?:[^|\\n]*\\|)* ([^|`\\n]+) \\| `([A-Z0-9_]+)`[^|]*\\|");
    private static final Pattern VALUE =
            Pattern.compile("(\\d{1,3}(?:,\\d{3})+|\\d+(?:\\.\\d+)?)(?: ?(ms|s|min|h|MiB|KiB))?\\b.*");
    private static final Pattern DURATION = Pattern.compile("(\\d+)(ms|s|m|h)");

    private final SettingsTable settings = SettingsTable.read();

    @Test
    void pagesNameOnlySettingsThatExist() {
        Set<String> unknown = new TreeSet<>();
        for (Page page : Repository.pages()) {
            page.find(VARIABLE)
                    .map(MatchResult::group)
                    .filter(name -> !NOT_READ.contains(name))
                    .filter(name -> name.endsWith("_") ? !settings.hasAny(name) : !settings.has(name))
                    .forEach(name -> unknown.add(page.name() + ": " + name));
        }
        assertThat(unknown).isEmpty();
    }

    @Test
    void defaultsThatPagesNameAreThoseOfTheCode() {
        Set<String> wrong = new TreeSet<>();
        int compared = 0;
        for (Page page : Repository.pages()) {
            for (Quoted quoted : quoted(page).toList()) {
                List<Double> usual = settings.defaultsOf(quoted.variable()).stream()
                        .flatMap(text -> amount(text).stream())
                        .toList();
                Optional<Double> said = amountInProse(quoted.value());
                if (said.isPresent() && !usual.isEmpty()) {
                    compared++;
                    if (!usual.contains(said.get())) {
                        wrong.add(page.name() + ": " + quoted + ", but the default is "
                                + settings.defaultsOf(quoted.variable()));
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(compared).isGreaterThan(50);
    }

    @Test
    void everyListenerIsOnThePageOfPorts() {
        String page = Repository.page("docs/operate/ports.md").text();
        List<String> listeners = settings.variables().stream()
                .filter(name -> name.matches(
                        "(MILLRACE|PROXY)_\\w*(SERVER|HTTP_API|SYSTEM_API|MANAGEMENT|LISTEN|_TCP|UDP_PORTS)"))
                .toList();
        assertThat(listeners).hasSizeGreaterThan(10).allMatch(name -> page.contains("`" + name + "`"));
    }

    private record Quoted(String variable, String value) {}

    private static Stream<Quoted> quoted(Page page) {
        return Stream.concat(
                page.find(BEHIND).map(found -> new Quoted(found.group(1), found.group(2))),
                page.find(BEFORE).map(found -> new Quoted(found.group(2), found.group(1))));
    }

    /** In milliseconds, bytes, or as it is. */
    private static Optional<Double> amountInProse(String text) {
        Matcher value = VALUE.matcher(text);
        if (!value.matches()) {
            return Optional.empty();
        }
        double number = Double.parseDouble(value.group(1).replace(",", ""));
        String unit = value.group(2) == null ? "" : value.group(2);
        return Optional.of(number * factor(unit.equals("min") ? "m" : unit));
    }

    /** Likewise, as settings are written; of an address its port. */
    private static Optional<Double> amount(String text) {
        Matcher duration = DURATION.matcher(text);
        if (duration.matches()) {
            return Optional.of(Double.parseDouble(duration.group(1)) * factor(duration.group(2)));
        }
        String number = text.replaceFirst("^[0-9.]+:", "").replaceFirst("^(\\d+)-\\d+$", "$1");
        return number.matches("\\d+") ? Optional.of(Double.parseDouble(number)) : Optional.empty();
    }

    private static double factor(String unit) {
        return switch (unit) {
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            case "KiB" -> 1 << 10;
            case "MiB" -> 1 << 20;
            default -> 1;
        };
    }
}
