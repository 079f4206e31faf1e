package io.millrace.cluster.load;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a run of the bench does. Each is set by a system property ({@code bench.rounds}) or an environment variable
 * ({@code BENCH_ROUNDS}).
 *
 * @param warmRounds that do not count: what is compiled while it runs takes minutes to settle
 * @param rounds through all paths, one after the other
 * @param seconds measured per path and round
 * @param warmSeconds before measuring, once everybody plays
 * @param streams {@code bench.streams}; of many small ones {@code bench.small.streams}
 * @param viewers of each stream; likewise
 * @param paths in the order in which a round takes them; those of other benches are left out, so that all can run with one setting
 */
record BenchSettings(
        int warmRounds, int rounds, int seconds, int warmSeconds, int streams, int viewers, List<RelayPath> paths) {

    /** @param contest whose paths and numbers are the usual ones */
    static BenchSettings read(Map<String, String> environment, Contest contest) {
        return new BenchSettings(
                number(environment, "warm.rounds", 2),
                number(environment, "rounds", 5),
                number(environment, "seconds", 15),
                number(environment, "warm.seconds", 2),
                number(environment, contest.prefix() + "streams", contest.streams()),
                number(environment, contest.prefix() + "viewers", contest.viewers()),
                paths(value(environment, "paths"), contest.paths()));
    }

    private static @Nullable String value(Map<String, String> environment, String name) {
        String property = System.getProperty("bench." + name);
        return property != null
                ? property
                : environment.get("BENCH_" + name.toUpperCase(Locale.ROOT).replace('.', '_'));
    }

    private static int number(Map<String, String> environment, String name, int usual) {
        String text = value(environment, name);
        if (text == null) {
            return usual;
        }
        if (!text.matches("[1-9]\\d{0,3}")) {
            throw new IllegalArgumentException("bench." + name + " is '" + text + "'; allowed are 1 to 9999");
        }
        return Integer.parseInt(text);
    }

    private static List<RelayPath> paths(@Nullable String text, List<RelayPath> usual) {
        if (text == null) {
            return usual;
        }
        List<RelayPath> named =
                Stream.of(text.split(",", -1)).map(BenchSettings::path).toList();
        return named.stream().filter(usual::contains).toList();
    }

    private static RelayPath path(String word) {
        return Stream.of(RelayPath.values())
                .filter(path -> path.word().equals(word.strip()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("bench.paths names '" + word + "'; allowed are "
                        + Stream.of(RelayPath.values()).map(RelayPath::word).toList()));
    }
}
