package io.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;

/**
 * Feeds a parser for a share of {@code millrace.fuzz.seconds} (10) with what comes of one seed after the other, beginning with
 * {@code millrace.fuzz.seed} or anywhere.
 */
public final class FuzzRun {

    private static final Duration TIME = Duration.ofSeconds(Long.getLong("millrace.fuzz.seconds", 10));
    private static final long FIRST_SEED = Long.getLong("millrace.fuzz.seed", System.nanoTime());

    private FuzzRun() {}

    /** One input; the test fails by what this throws. */
    public interface Feed {

        /** @return whether the input was well-formed */
        boolean wasTaken(Random random, long seed);
    }

    /**
     * Fails also when no input was refused, or all were: then it tries nothing.
     *
     * @param shares how many parsers have the time together
     */
    public static void forOneOf(int shares, Feed feed) {
        long deadline = System.nanoTime() + TIME.dividedBy(shares).toNanos();
        long refused = 0;
        long seed = FIRST_SEED;
        while (System.nanoTime() < deadline) {
            seed++;
            refused += feed.wasTaken(new Random(seed), seed) ? 0 : 1;
        }
        assertThat(refused).as("malformed inputs that were refused").isPositive();
        assertThat(refused).as("inputs in all").isLessThan(seed - FIRST_SEED);
    }
}
