package io.millrace.cluster.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The log lines that the reference quotes are lines that the planes write. */
class LogLinesTest {

    private static final Pattern FIRST_CELL = Pattern.compile("(?m)^\\| (`[^|]+`) \\|");
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    /** What stands for something else: dots, capital letters alone or as a word, numbers, and quotes around any of them. */
    private static final Pattern PLACE = Pattern.compile("\"?\\.\\.\\.\"?|\\b[A-Z]+\\b|\\d+|=[a-z]+ |[/;()]| -> ");

    @Test
    void quotedLinesAreWritten() {
        List<String> sources = Repository.sources();
        String page =
                Repository.page("docs/reference/logs-and-close-reasons.md").text();
        String table = page.substring(page.indexOf("## Log lines to know"), page.indexOf("## Close reasons"));
        Set<String> unknown = new TreeSet<>();
        List<String> lines = FIRST_CELL
                .matcher(table)
                .results()
                .flatMap(cell -> QUOTED.matcher(cell.group(1)).results())
                .map(quoted -> quoted.group(1))
                .toList();
        for (String line : lines) {
            String words = Stream.of(PLACE.split(line))
                    .map(String::strip)
                    .max(Comparator.comparingInt(String::length))
                    .orElseThrow();
            if (sources.stream().noneMatch(source -> source.contains(words) || isKind(source, words))) {
                unknown.add(line + " (looked for '" + words + "')");
            }
        }
        assertThat(unknown).isEmpty();
        assertThat(lines).hasSizeGreaterThan(20);
    }

    /** Kinds of events are written as their constants in lower case. */
    private static boolean isKind(String source, String words) {
        String constant =
                words.replaceFirst("[: ].*", "").toUpperCase(Locale.ROOT).replace('-', '_');
        return constant.contains("_") && source.contains("    " + constant);
    }
}
