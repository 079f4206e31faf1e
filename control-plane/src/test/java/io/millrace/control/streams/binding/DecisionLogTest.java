package io.millrace.control.streams.binding;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.placement.Decision;
import io.millrace.control.placement.Decision.Candidate;
import io.millrace.control.registry.OriginsStandIn;
import io.millrace.control.streams.resolve.Cluster;
import io.millrace.model.OriginId;
import io.millrace.model.placement.Policy;
import java.time.Instant;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class DecisionLogTest {

    private static final OriginId ORIGIN = OriginsStandIn.id("a");

    @Test
    void keepsTheNewestOnly() {
        DecisionLog log = new DecisionLog(2);
        for (int i = 1; i <= 3; i++) {
            log.add(decision(i, 1));
        }
        assertThat(log.size()).isEqualTo(2);
        assertThat(log.of(Cluster.stream("s1"), 1)).isEmpty();
        assertThat(log.of(Cluster.stream("s3"), 3)).contains(decision(3, 1));
    }

    @Test
    void anOldDecisionOfAStreamDoesNotTakeTheNewOneAlong() {
        DecisionLog log = new DecisionLog(1);
        log.add(decision("s", 1, 1));
        log.add(decision("s", 2, 1));
        assertThat(log.of(Cluster.stream("s"), 2)).contains(decision("s", 2, 1));
    }

    @Test
    void olderDecisionsLoseTheirCandidatesWhenAllTogetherAreTooMany() {
        DecisionLog log = new DecisionLog(100);
        int many = DecisionLog.MAX_CANDIDATES / 2;
        log.add(decision(1, many));
        log.add(decision(2, many));
        assertThat(log.of(Cluster.stream("s1"), 1)).contains(decision(1, many));
        log.add(decision(3, 1));
        assertThat(log.of(Cluster.stream("s1"), 1)).contains(decision(1, many).withoutPlacement());
        assertThat(log.last(Cluster.stream("s2"))).contains(decision(2, many));
    }

    private static DecisionRecord decision(int number, int candidates) {
        return decision("s" + number, number, candidates);
    }

    private static DecisionRecord decision(String stream, int epoch, int candidates) {
        Decision placement = new Decision(
                "default", Policy.RANDOM, Collections.nCopies(candidates, new Candidate(ORIGIN, "a", true, "drawn")));
        return new DecisionRecord(Instant.EPOCH, Cluster.stream(stream), ORIGIN, epoch, "worker w", "why", placement);
    }
}
