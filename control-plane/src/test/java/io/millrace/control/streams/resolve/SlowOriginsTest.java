package io.millrace.control.streams.resolve;

import static io.millrace.control.registry.OriginsStandIn.id;
import static io.millrace.control.streams.resolve.Cluster.live;
import static io.millrace.control.streams.resolve.Cluster.stream;
import static io.millrace.control.streams.resolve.Cluster.watched;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Admission;
import io.millrace.model.Binding;
import io.millrace.model.Binding.Cause;
import io.millrace.model.Incarnation;
import io.millrace.model.Intent;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginState;
import io.millrace.model.Protocol;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.OriginObservation.Failure;
import io.millrace.model.wire.ResolveAnswer;
import io.millrace.model.wire.ResolveAnswer.Outcome;
import io.millrace.model.wire.ResolveRequest;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SlowOriginsTest {

    private final Cluster cluster = new Cluster("a", "b", "c");

    private static Binding bound(ResolveAnswer answer) {
        assertThat(answer.outcome()).as(answer.reason()).isEqualTo(Outcome.BOUND);
        return Objects.requireNonNull(answer.binding());
    }

    private ResolveAnswer slow(String worker, Intent intent, OriginId origin) {
        OriginObservation observation =
                new OriginObservation(origin, Incarnation.UNKNOWN, Failure.TIMEOUT, "slow", cluster.clock.instant());
        return cluster.directory.resolve(
                new ResolveRequest(worker, stream("s"), intent, Protocol.RTMP, List.of()).withSlow(observation));
    }

    private ResolveAnswer claim(String worker, Intent intent, OriginId origin, long epoch) {
        return cluster.directory.resolve(new ResolveRequest(worker, stream("s"), intent, Protocol.RTMP, List.of())
                .withClaim(new ResolveRequest.Claim(origin, epoch)));
    }

    private static Origin beside(ResolveAnswer answer) {
        return Objects.requireNonNull(answer.beside());
    }

    @Test
    void namesAnotherOriginForAStreamThatLivesNowhereAndMovesNothing() {
        Binding first = bound(cluster.publish("w1", "s"));
        ResolveAnswer answer = slow("w1", Intent.PUBLISH, first.origin());
        assertThat(bound(answer)).isEqualTo(first);
        assertThat(beside(answer).id()).isNotEqualTo(first.origin());
        assertThat(beside(slow("w2", Intent.PUBLISH, first.origin())).id())
                .as("every worker is told the same")
                .isEqualTo(beside(answer).id());
        assertThat(bound(cluster.publish("w2", "s"))).isEqualTo(first);
        assertThat(cluster.eventWords()).containsExactly("stream-bound");
    }

    @Test
    void theStreamFollowsToTheOriginThatAnsweredFirst() {
        Binding first = bound(cluster.publish("w1", "s"));
        OriginId other = beside(slow("w1", Intent.PUBLISH, first.origin())).id();
        Binding moved = bound(claim("w1", Intent.PUBLISH, other, first.epoch()));
        assertThat(moved.origin()).isEqualTo(other);
        assertThat(moved.cause()).isEqualTo(Cause.PLACED);
        assertThat(moved.epoch()).isGreaterThan(first.epoch());
        assertThat(bound(cluster.play("w2", "s"))).as("viewers follow").isEqualTo(moved);
    }

    @Test
    void ofTwoClaimsOneIsGranted() {
        for (boolean slowOneFirst : new boolean[] {true, false}) {
            Cluster each = new Cluster("a", "b");
            Binding first = bound(each.publish("w1", "s"));
            OriginId other = id(first.origin().equals(id("a")) ? "b" : "a");
            OriginId winner = slowOneFirst ? first.origin() : other;
            OriginId late = slowOneFirst ? other : first.origin();
            Binding granted = bound(claimAt(each, "w1", winner, first.epoch()));
            assertThat(granted.origin()).isEqualTo(winner);
            assertThat(granted.epoch()).isGreaterThan(first.epoch());
            assertThat(bound(claimAt(each, "w2", late, first.epoch())))
                    .as("the later claim is told where the stream belongs")
                    .isEqualTo(granted);
        }
    }

    private static ResolveAnswer claimAt(Cluster cluster, String worker, OriginId origin, long epoch) {
        return cluster.directory.resolve(
                new ResolveRequest(worker, stream("s"), Intent.PUBLISH, Protocol.RTMP, List.of())
                        .withClaim(new ResolveRequest.Claim(origin, epoch)));
    }

    @Test
    void aClaimedStreamIsNoLongerContested() {
        Binding first = bound(cluster.publish("w1", "s"));
        Binding claimed = bound(claim("w1", Intent.PUBLISH, first.origin(), first.epoch()));
        assertThat(slow("w2", Intent.PUBLISH, first.origin()).beside()).isNull();
        assertThat(bound(slow("w2", Intent.PUBLISH, first.origin()))).isEqualTo(claimed);
    }

    @Test
    void aStreamThatLivesWaitsForItsOrigin() {
        Binding first = bound(cluster.publish("w1", "s"));
        cluster.report("w1", live("s", first.origin(), first.epoch()));
        OriginId other = id(first.origin().equals(id("a")) ? "b" : "a");
        assertThat(slow("w2", Intent.PUBLISH, first.origin()).beside()).isNull();
        assertThat(bound(claim("w2", Intent.PUBLISH, other, first.epoch()))).isEqualTo(first);
        cluster.report("w1");
        assertThat(slow("w2", Intent.PUBLISH, first.origin()).beside())
                .as("it lived there a moment ago")
                .isNull();
    }

    @Test
    void playersThatWaitMakeNoStreamLive() {
        Binding first = bound(cluster.publish("w1", "s"));
        cluster.report("w2", watched("s", first.origin(), 0));
        assertThat(slow("w1", Intent.PUBLISH, first.origin()).beside()).isNotNull();
    }

    @Test
    void playersAreToldWhereTheStreamIsAndClaimNothing() {
        Binding first = bound(cluster.publish("w1", "s"));
        assertThat(slow("w2", Intent.PLAY, first.origin()).beside()).isNull();
        OriginId other = id(first.origin().equals(id("a")) ? "b" : "a");
        assertThat(bound(claim("w2", Intent.PLAY, other, first.epoch()))).isEqualTo(first);
    }

    @Test
    void playersOfWhatNobodyPublishesWaitElsewhere() {
        ResolveAnswer first = cluster.play("w1", "s");
        assertThat(first.outcome()).isEqualTo(Outcome.PROVISIONAL);
        OriginId place = Objects.requireNonNull(first.origin()).id();
        ResolveAnswer next = slow("w1", Intent.PLAY, place);
        assertThat(next.outcome()).isEqualTo(Outcome.PROVISIONAL);
        assertThat(Objects.requireNonNull(next.origin()).id()).isNotEqualTo(place);
    }

    @Test
    void namesNoOriginThatIsNotUp() {
        Binding first = bound(cluster.publish("w1", "s"));
        for (String name : List.of("a", "b", "c")) {
            if (!id(name).equals(first.origin())) {
                cluster.origins.change(name, origin -> origin.withState(OriginState.SUSPECT));
            }
        }
        assertThat(slow("w1", Intent.PUBLISH, first.origin()).beside()).isNull();
    }

    @Test
    void grantsNoClaimForAnOriginThatTakesNoNewStreams() {
        Binding first = bound(cluster.publish("w1", "s"));
        String other = first.origin().equals(id("a")) ? "b" : "a";
        cluster.origins.change(other, origin -> origin.withAdmission(Admission.CORDONED));
        assertThat(bound(claim("w1", Intent.PUBLISH, id(other), first.epoch()))).isEqualTo(first);
    }
}
