package io.millrace.cluster.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The pages and sources as they lie in the working copy. */
final class Repository {

    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern HEADING = Pattern.compile("#{1,6} +(.+)");
    private static final Pattern NOT_IN_ANCHORS = Pattern.compile("[^\\p{L}\\p{N}_ -]");

    private Repository() {}

    /** A page without its blocks of code, which hold no links and no headings. */
    record Page(Path path, List<String> lines) {

        /** Relative to the root, for messages. */
        String name() {
            return ROOT.relativize(path).toString();
        }

        String text() {
            return String.join("\n", lines);
        }

        Stream<MatchResult> find(Pattern pattern) {
            return pattern.matcher(text()).results();
        }

        /** What a link may name behind its hash. */
        List<String> anchors() {
            return lines.stream()
                    .flatMap(line -> HEADING.matcher(line).results())
                    .map(heading -> NOT_IN_ANCHORS
                            .matcher(heading.group(1).toLowerCase(java.util.Locale.ROOT))
                            .replaceAll("")
                            .replace(' ', '-'))
                    .toList();
        }
    }

    /** All pages for people: those below docs, and README, CONTRIBUTING and CHANGELOG. */
    static List<Page> pages() {
        List<Path> paths = new ArrayList<>(files("docs", ".md"));
        Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
                .map(ROOT::resolve)
                .forEach(paths::add);
        return paths.stream().map(Repository::page).toList();
    }

    static Page page(String name) {
        return page(ROOT.resolve(name));
    }

    private static Page page(Path path) {
        List<String> lines = new ArrayList<>();
        boolean code = false;
        for (String line : read(path).lines().toList()) {
            if (line.startsWith("```")) {
                code = !code;
            } else if (!code) {
                lines.add(line);
            }
        }
        return new Page(path, lines);
    }

    /** The sources of what runs, both planes and what they share. */
    static List<String> sources() {
        return Stream.of("shared-model", "control-plane", "data-plane")
                .flatMap(module -> files(module + "/src/main/java", ".java").stream())
                .map(Repository::read)
                .toList();
    }

    /** The files of all classes, those of tests too, relative to the root. */
    static List<String> classes() {
        return Stream.of("shared-model", "control-plane", "data-plane", "cluster-tests")
                .flatMap(module -> files(module + "/src", ".java").stream())
                .map(file -> ROOT.relativize(file).toString())
                .toList();
    }

    private static List<Path> files(String folder, String ending) {
        try (Stream<Path> all = Files.walk(ROOT.resolve(folder))) {
            return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
