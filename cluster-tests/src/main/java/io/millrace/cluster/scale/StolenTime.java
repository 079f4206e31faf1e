package io.millrace.cluster.scale;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** What a virtual machine's host kept for others; times that were taken meanwhile say little. */
final class StolenTime {

    private static final Path STAT = Path.of("/proc/stat");
    private static final int FIRST = 1;
    private static final int STEAL = 8;

    private long[] before = ticks();

    /** Of all processors' time since the last call, in percent; 0 where nobody says. */
    double percent() {
        long[] now = ticks();
        long all = Arrays.stream(now).sum() - Arrays.stream(before).sum();
        double stolen = all <= 0 ? 0 : 100.0 * (now[STEAL - FIRST] - before[STEAL - FIRST]) / all;
        before = now;
        return stolen;
    }

    /** User, nice, system, idle, waiting, interrupts twice, stolen. */
    private static long[] ticks() {
        try (var lines = Files.lines(STAT)) {
            String[] words = lines.findFirst().orElse("").split(" +", -1);
            return words.length <= STEAL
                    ? new long[STEAL]
                    : Arrays.stream(words, FIRST, STEAL + FIRST)
                            .mapToLong(Long::parseLong)
                            .toArray();
        } catch (IOException e) {
            return new long[STEAL];
        }
    }
}
