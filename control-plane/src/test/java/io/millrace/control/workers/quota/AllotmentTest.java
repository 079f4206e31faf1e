package io.millrace.control.workers.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllotmentTest {

    @ParameterizedTest
    @CsvSource({
        // limit, workers, has, hasInAll, promised, sheds, may
        "100, 1, 40, 40, 0, true, 100",
        "100, 4, 10, 60, 0, true, 20",
        "100, 4, 10, 60, 20, true, 15",
        "100, 4, 10, 60, 40, true, 11",
        "100, 4, 10, 60, 42, true, 11",
        "100, 4, 10, 60, 43, true, 10",
        "100, 4, 10, 99, 0, true, 11",
        "100, 4, 10, 100, 0, true, 10",
        "100, 4, 30, 120, 0, true, 25",
        "100, 4, 30, 120, 0, false, 30",
        "100, 2, 1, 101, 0, true, 0",
        "0, 3, 0, 0, 0, true, 0",
        "0, 3, 2, 5, 0, true, 0",
        "1, 2, 0, 0, 1, false, 1"
    })
    void aWorkerGetsItsShareOfWhatIsLeft(
            int limit, int workers, int has, long hasInAll, long promised, boolean sheds, int may) {
        assertThat(Allotment.of(limit, workers, has, hasInAll, promised, sheds)).isEqualTo(may);
    }

    /** Workers report in any order and fill up at once what they may have; the others know of it only with their next report. */
    @Test
    void aRushExceedsTheLimitByOneForEachWorkerButOneAtMostAndFillsIt() {
        Random random = new Random(5);
        for (int round = 0; round < 500; round++) {
            int workers = 1 + random.nextInt(6);
            int limit = random.nextInt(60);
            int[] has = new int[workers];
            int[] told = new int[workers];
            int[] may = new int[workers];
            for (int step = 0; step < 20 * workers; step++) {
                int one = step < 19 * workers ? random.nextInt(workers) : step % workers;
                told[one] = has[one];
                int promised = 0;
                for (int other = 0; other < workers; other++) {
                    promised += other == one ? 0 : Math.max(0, may[other] - told[other]);
                }
                may[one] = Allotment.of(
                        limit, workers, has[one], IntStream.of(told).sum(), promised, false);
                has[one] = Math.max(has[one], random.nextBoolean() ? may[one] : has[one]);
                assertThat(IntStream.of(has).sum()).isLessThanOrEqualTo(limit == 0 ? 0 : limit + workers - 1);
            }
        }
    }

    @Test
    void sheddingEndsAtTheLimitWhoeverReportsFirst() {
        Random random = new Random(6);
        for (int round = 0; round < 500; round++) {
            int workers = 1 + random.nextInt(6);
            int limit = random.nextInt(100);
            int[] has = random.ints(workers, 0, 60).toArray();
            int[] told = has.clone();
            int[] may = has.clone();
            int before = IntStream.of(has).sum();
            for (int step = 0; step < 400; step++) {
                int one = random.nextInt(workers);
                told[one] = has[one];
                may[one] = has[one];
                int staying = IntStream.range(0, workers)
                        .map(worker -> Math.min(told[worker], may[worker]))
                        .sum();
                may[one] = Allotment.of(limit, workers, has[one], staying, 0, true);
                has[one] = Math.min(has[one], may[one]);
            }
            assertThat(IntStream.of(has).sum())
                    .isLessThanOrEqualTo(Math.min(limit, before))
                    .as("no more are ended than must be, but for one for each worker")
                    .isGreaterThanOrEqualTo(Math.min(limit, before) - workers);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // maxKbps, viewers, kbps, allowed
        "10000, 0, 0, 9",
        "10000, 4, 4000, 9",
        "10000, 9, 9500, 9",
        "10000, 10, 9999, 10",
        "10000, 10, 10001, 9",
        "10000, 20, 40000, 5",
        "2000, 1, 3000, 0",
        "10000, 1000, 0, 1095",
        "500, 0, 0, 1",
        "0, 0, 0, 0",
        "0, 3, 900, 0"
    })
    void aBitrateAllowsAsManyViewersAsNeedThat(int maxKbps, long viewers, long kbps, int allowed) {
        assertThat(Allotment.viewersWithin(maxKbps, viewers, kbps)).isEqualTo(allowed);
    }
}
