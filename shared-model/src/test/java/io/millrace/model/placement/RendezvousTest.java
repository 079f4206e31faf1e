package io.millrace.model.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.model.Origin;
import io.millrace.model.Origins;
import io.millrace.model.StreamKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RendezvousTest {

    private static StreamKey stream(int i) {
        return new StreamKey("__defaultVhost__", "live", "s" + i);
    }

    @Test
    void doesNotDependOnTheOrderOfTheOrigins() {
        List<Origin> origins = new ArrayList<>(
                IntStream.range(0, 20).mapToObj(i -> Origins.up("o" + i, 100)).toList());
        List<Origin> expected = Rendezvous.order(stream(1), origins);
        Collections.shuffle(origins, new Random(7));
        assertThat(Rendezvous.order(stream(1), origins)).isEqualTo(expected);
    }

    @Test
    void followsTheWeights() {
        List<Origin> origins = List.of(Origins.up("a", 100), Origins.up("b", 300), Origins.up("c", 0));
        Map<String, Integer> share = new HashMap<>();
        IntStream.range(0, 20_000)
                .forEach(i -> share.merge(
                        Rendezvous.order(stream(i), origins).getFirst().server(), 1, Integer::sum));
        assertThat(share.getOrDefault("b", 0) / 20_000.0).isCloseTo(0.75, within(0.02));
        assertThat(share).doesNotContainKey("c");
    }

    @Test
    void movesOnlyTheStreamsOfAnOriginThatGoes() {
        List<Origin> all =
                IntStream.range(0, 10).mapToObj(i -> Origins.up("o" + i, 100)).toList();
        List<Origin> without = all.subList(1, 10);
        for (int i = 0; i < 1_000; i++) {
            Origin before = Rendezvous.order(stream(i), all).getFirst();
            if (!before.equals(all.getFirst())) {
                assertThat(Rendezvous.order(stream(i), without).getFirst()).isEqualTo(before);
            }
        }
    }

    /** Workers and control planes of different versions run side by side: the order must never change. */
    @Test
    void givesTheSameOrderInEveryVersion() {
        List<Origin> origins =
                IntStream.range(0, 6).mapToObj(i -> Origins.up("o" + i, 100)).toList();
        assertThat(Rendezvous.order(stream(1), origins))
                .extracting(Origin::server)
                .containsExactly("o0", "o1", "o4", "o2", "o3", "o5");
    }
}
