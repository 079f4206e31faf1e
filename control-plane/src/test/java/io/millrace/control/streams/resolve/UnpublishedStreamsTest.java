package io.millrace.control.streams.resolve;

import static io.millrace.control.registry.OriginsStandIn.id;
import static io.millrace.control.streams.resolve.Cluster.live;
import static io.millrace.control.streams.resolve.Cluster.stream;
import static io.millrace.control.streams.resolve.Cluster.watched;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.streams.StreamDirectory.Eviction;
import io.millrace.control.streams.admin.Explanation;
import io.millrace.model.Admission;
import io.millrace.model.Intent;
import io.millrace.model.OriginId;
import io.millrace.model.OriginState;
import io.millrace.model.Protocol;
import io.millrace.model.wire.ResolveAnswer;
import io.millrace.model.wire.ResolveAnswer.Outcome;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Plays of streams that nobody publishes. */
class UnpublishedStreamsTest {

    private static final int NAMES = 100_000;

    private static OriginId waitsAt(ResolveAnswer answer) {
        assertThat(answer.outcome()).as(answer.reason()).isEqualTo(Outcome.PROVISIONAL);
        assertThat(answer.binding()).isNull();
        return Objects.requireNonNull(answer.origin()).id();
    }

    private static OriginId livesAt(ResolveAnswer answer) {
        assertThat(answer.outcome()).as(answer.reason()).isEqualTo(Outcome.BOUND);
        return Objects.requireNonNull(answer.binding()).origin();
    }

    @Test
    void madeUpNamesLeaveNothingBehind() {
        Cluster cluster = new Cluster("a", "b", "c");
        Set<OriginId> used = new HashSet<>();
        for (int i = 0; i < NAMES; i++) {
            used.add(waitsAt(cluster.play("w1", "made-up-" + i)));
            assertThat(cluster.directory.waiting()).isLessThanOrEqualTo(WaitingPlaces.MAX);
        }
        assertThat(used).hasSize(3);
        assertThat(cluster.directory.size()).isZero();
        assertThat(cluster.store.list(null, 1)).isEmpty();
        assertThat(cluster.eventWords()).isEmpty();
        assertThat(cluster.state.bindings().decisions().size()).isZero();
        assertThat(cluster.directory.waiting()).isEqualTo(WaitingPlaces.MAX);
        cluster.advance(WaitingPlaces.KEPT);
        assertThat(cluster.directory.waiting()).isZero();
    }

    @Test
    void madeUpNamesLeaveNothingBehindWhereThereIsNoOriginForThem() {
        Cluster cluster = new Cluster();
        for (int i = 0; i < 1_000; i++) {
            assertThat(cluster.play("w1", "made-up-" + i).outcome()).isEqualTo(Outcome.NO_ORIGIN);
        }
        assertThat(cluster.state.bindings().decisions().size()).isZero();
        assertThat(cluster.directory.waiting()).isZero();
        assertThat(cluster.eventWords()).isEmpty();
    }

    @Test
    void viewersWhoWaitBindNothingAndGoWithoutATrace() {
        Cluster cluster = new Cluster("a", "b");
        for (int i = 0; i < 10; i++) {
            assertThat(cluster.report("w1", watched("s", id("a"), 0))).isEmpty();
            cluster.advance(Duration.ofSeconds(2));
        }
        cluster.report("w1");
        assertThat(cluster.directory.size()).isZero();
        assertThat(cluster.directory.carried()).isZero();
        assertThat(cluster.eventWords()).isEmpty();
    }

    @Test
    void allControlPlanesSendPlayersOfANameToOnePlace() {
        Cluster one = new Cluster(1, Duration.ZERO, "a", "b", "c", "d");
        Cluster other = new Cluster(2, Duration.ZERO, "a", "b", "c", "d");
        Set<OriginId> used = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            OriginId place = waitsAt(one.play("w1", "s" + i));
            assertThat(waitsAt(other.play("w2", "s" + i))).isEqualTo(place);
            assertThat(waitsAt(one.play("w3", "s" + i))).isEqualTo(place);
            used.add(place);
        }
        assertThat(used).hasSize(4);
    }

    @Test
    void thePublisherComesToWhoeverWasSentToWaitAMomentAgo() {
        Cluster cluster = new Cluster("a", "b", "c", "d");
        for (int i = 0; i < 200; i++) {
            OriginId place = waitsAt(cluster.play("w1", "s" + i));
            assertThat(livesAt(cluster.publish("w2", "s" + i))).isEqualTo(place);
            assertThat(livesAt(cluster.play("w3", "s" + i))).isEqualTo(place);
        }
        assertThat(cluster.eventWords()).hasSize(200).containsOnly("stream-bound");
    }

    @Test
    void thePublisherComesToThoseWhoHaveWaitedForLong() {
        Cluster cluster = new Cluster("a", "b", "c", "d");
        for (int i = 0; i < 200; i++) {
            String name = "s" + i;
            OriginId place = id(Character.toString('a' + i % 4));
            cluster.report("w1", watched(name, place, 0));
            cluster.advance(Duration.ofMinutes(5));
            cluster.report("w1", watched(name, place, 0));
            assertThat(livesAt(cluster.publish("w2", name))).isEqualTo(place);
            assertThat(cluster.report("w1", watched(name, place, 0))).isEmpty();
        }
    }

    @Test
    void whereNobodyWaitsTheRulesPolicyDecides() {
        Cluster cluster = new Cluster("a", "b", "c", "d");
        int elsewhere = 0;
        for (int i = 0; i < 200; i++) {
            OriginId place = waitsAt(cluster.play("w1", "s" + i));
            cluster.advance(WaitingPlaces.KEPT);
            elsewhere += livesAt(cluster.publish("w2", "s" + i)).equals(place) ? 0 : 1;
        }
        assertThat(elsewhere).isGreaterThan(100);
    }

    @Test
    void thePublisherDoesNotComeToAnOriginThatMayNotTakeItAndTheViewersFollow() {
        Cluster cluster = new Cluster("a", "b");
        cluster.report("w1", watched("s", id("a"), 0));
        cluster.origins.change("a", origin -> origin.withAdmission(Admission.CORDONED));
        ResolveAnswer answer = cluster.publish("w2", "s");
        assertThat(livesAt(answer)).isEqualTo(id("b"));
        long epoch = Objects.requireNonNull(answer.binding()).epoch();
        cluster.report("w2", live("s", id("b"), epoch));
        assertThat(cluster.report("w1", watched("s", id("a"), 0)))
                .extracting(Eviction::keepOrigin)
                .containsExactly(id("b"));
    }

    @Test
    void aFailedOriginIsNobodysPlaceToWait() {
        Cluster cluster = new Cluster("a", "b");
        OriginId first = waitsAt(cluster.play("w1", "s"));
        OriginId second = waitsAt(cluster.play("w1", "s", cluster.failed(first)));
        assertThat(second).isNotEqualTo(first);
        cluster.origins.change(first.value(), origin -> origin.withState(OriginState.DOWN));
        assertThat(waitsAt(cluster.play("w2", "s"))).isEqualTo(second);
        assertThat(livesAt(cluster.publish("w3", "s"))).isEqualTo(second);
    }

    @Test
    void whoeverIsLiveAlreadyIsFoundFirst() {
        Cluster cluster = new Cluster("a", "b");
        cluster.report("w1", live("s", id("b"), 0));
        cluster.admin.unbind(stream("s"), "operator");
        assertThat(livesAt(cluster.play("w2", "s"))).isEqualTo(id("b"));
    }

    @Test
    void whoeverWaitsAtADrainingOriginIsSentToAnother() {
        Cluster cluster = new Cluster("a", "b");
        cluster.report("w1", watched("s", id("a"), 0));
        cluster.origins.change("a", origin -> origin.withAdmission(Admission.DRAINING));
        assertThat(cluster.report("w1", watched("s", id("a"), 0)))
                .extracting(Eviction::keepOrigin)
                .containsExactly(id("b"));
        cluster.origins.change("b", origin -> origin.withState(OriginState.DOWN));
        assertThat(cluster.report("w1", watched("s", id("a"), 0))).isEmpty();
    }

    @Test
    void anExplanationSaysWhereAPlayerWouldWait() {
        Cluster cluster = new Cluster("a", "b", "c");
        OriginId place = waitsAt(cluster.play("w1", "s"));
        Explanation explanation = cluster.admin.explain(stream("s"), Intent.PLAY, Protocol.RTMP);
        assertThat(explanation.outcome()).isEqualTo(Outcome.PROVISIONAL);
        assertThat(explanation.origin()).isEqualTo(place);
        assertThat(explanation.why()).startsWith("it has no publisher");
        assertThat(cluster.admin
                        .explain(stream("s"), Intent.PUBLISH, Protocol.RTMP)
                        .outcome())
                .isEqualTo(Outcome.BOUND);
    }
}
