package io.millrace.model.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class RecentEntriesTest {

    private static final Instant START = Instant.ofEpochSecond(1_000);

    private final RecentEntries<String, Integer> entries = new RecentEntries<>(2);

    @Test
    void forgetsWhatIsNotYoungerThanAsked() {
        entries.put("a", 1, START);
        entries.put("b", 2, START.plusSeconds(1));
        assertThat(entries.find("a", START.minusMillis(1))).contains(1);
        assertThat(entries.find("a", START)).isEmpty();
        assertThat(entries.find("a", START.minusMillis(1)))
                .as("forgotten for good")
                .isEmpty();
        assertThat(entries.find("b", START)).contains(2);
        assertThat(entries.size(START.plusSeconds(1))).isZero();
    }

    @Test
    void evictsTheOldestAboveItsBound() {
        entries.put("a", 1, START);
        entries.put("b", 2, START);
        entries.put("a", 3, START);
        entries.put("c", 4, START);
        assertThat(entries.find("b", Instant.MIN)).as("not put in again since").isEmpty();
        assertThat(entries.find("a", Instant.MIN)).contains(3);
        assertThat(entries.find("c", Instant.MIN)).contains(4);
    }
}
