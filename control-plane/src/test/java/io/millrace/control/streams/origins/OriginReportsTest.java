package io.millrace.control.streams.origins;

import static io.millrace.control.registry.OriginsStandIn.id;
import static io.millrace.control.streams.resolve.Cluster.live;
import static io.millrace.control.streams.resolve.Cluster.stream;
import static io.millrace.control.streams.resolve.Cluster.watched;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.streams.StreamDirectory.Eviction;
import io.millrace.control.streams.StreamSettings;
import io.millrace.control.streams.admin.StreamView;
import io.millrace.control.streams.binding.Bindings;
import io.millrace.control.streams.resolve.Cluster;
import io.millrace.model.Admission;
import io.millrace.model.Binding;
import io.millrace.model.Binding.Cause;
import io.millrace.model.Incarnation;
import io.millrace.model.OriginId;
import io.millrace.model.OriginState;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.ResolveAnswer;
import io.millrace.model.wire.ResolveAnswer.Outcome;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class OriginReportsTest {

    private static final OriginId A = id("a");
    private static final OriginId B = id("b");
    private static final StreamKey S = stream("s");

    private final Cluster cluster = new Cluster("a", "b");
    private final OriginReports reports =
            new OriginReports(cluster.state, cluster.events, StreamSettings.DEFAULT, cluster.clock);

    private Binding binding() {
        return cluster.state.bindings().find(S).orElseThrow().value();
    }

    private static OriginId originOf(ResolveAnswer answer) {
        return Objects.requireNonNull(answer.binding(), answer.reason()).origin();
    }

    private StreamView view() {
        return cluster.admin.get(S).orElseThrow();
    }

    @Test
    void bindsWhatIsPublishedStraightToAnOrigin() {
        reports.published(S, B, "run1", "c1");
        assertThat(binding().cause()).isEqualTo(Cause.DIRECT);
        assertThat(originOf(cluster.play("w1", "s"))).isEqualTo(B);
        assertThat(view().live()).isTrue();
        assertThat(view().direct()).isTrue();
        assertThat(view().publishers()).isZero();
        assertThat(cluster.eventWords()).containsExactly("stream-bound");
    }

    @Test
    void bindingEndsAWhileAfterThePublisherHasLeft() {
        reports.published(S, B, "run1", "c1");
        reports.unpublished(S, B, "c1");
        assertThat(view().live()).isFalse();
        assertThat(originOf(cluster.play("w1", "s"))).isEqualTo(B);
        cluster.advance(Duration.ofSeconds(61));
        reports.keep();
        assertThat(cluster.directory.size()).isZero();
    }

    @Test
    void bindingLivesAsLongAsThePublisher() {
        reports.published(S, B, "run1", "c1");
        for (int i = 0; i < 30; i++) {
            cluster.advance(Duration.ofSeconds(11));
            reports.keep();
        }
        assertThat(binding().origin()).isEqualTo(B);
        assertThat(cluster.eventWords()).containsExactly("stream-bound");
    }

    @Test
    void publisherThatIsRefusedAsSecondDoesNotEndTheFirst() {
        reports.published(S, B, "run1", "c1");
        reports.published(S, B, "run1", "c2");
        reports.unpublished(S, B, "c2");
        assertThat(view().live()).isTrue();
    }

    @Test
    void whatComesLateDoesNotEndTheNextPublisher() {
        reports.published(S, B, "run1", "c1");
        reports.published(S, B, "run1", "c2");
        reports.unpublished(S, B, "c1");
        assertThat(view().live()).isTrue();
        reports.unpublished(S, B, "never seen");
        assertThat(view().live()).isTrue();
    }

    @Test
    void livePublisherWinsOverAnIdleBinding() {
        cluster.origins.change("b", origin -> origin.withAdmission(Admission.CORDONED));
        assertThat(originOf(cluster.publish("w1", "s"))).isEqualTo(A);
        reports.published(S, B, "run1", "c1");
        assertThat(binding().origin()).isEqualTo(B);
        assertThat(binding().cause()).isEqualTo(Cause.DIRECT);
        assertThat(cluster.report("w1", watched("s", A, 1)))
                .containsExactly(new Eviction(S, B, "the stream is live elsewhere"));
    }

    @Test
    void secondPublisherElsewhereIsAConflict() {
        reports.published(S, A, "run1", "c1");
        reports.published(S, B, "run2", "c9");
        reports.keep();
        cluster.advance(Duration.ofSeconds(20));
        reports.keep();
        assertThat(binding().origin()).isEqualTo(A);
        assertThat(cluster.eventWords()).containsExactly("stream-bound", "stream-conflict");
        // When the first one leaves, the other is all that is left.
        reports.unpublished(S, A, "c1");
        cluster.advance(Duration.ofSeconds(20));
        reports.keep();
        assertThat(binding().origin()).isEqualTo(B);
    }

    @Test
    void publisherOfAWorkerElsewhereIsSentAway() {
        reports.published(S, A, "run1", "c1");
        assertThat(cluster.report("w1", live("s", B, 0)))
                .containsExactly(new Eviction(S, A, "the stream is live on another origin"));
        assertThat(cluster.eventWords()).containsExactly("stream-bound", "stream-conflict");
    }

    @Test
    void publisherOfAWorkerIsNotDoubledByItsOrigin() {
        OriginId origin = originOf(cluster.publish("w1", "s"));
        reports.published(S, origin, "run1", "c1");
        cluster.report("w1", live("s", origin, binding().epoch()));
        assertThat(binding().cause()).isEqualTo(Cause.PLACED);
        assertThat(view().direct()).isFalse();
        assertThat(view().publishers()).isEqualTo(1);
        // The worker is gone, and the origin has not noticed yet that the connection is.
        cluster.directory.forget("w1");
        reports.listed(origin, Map.of(S, "c1"), true, cluster.clock.instant());
        assertThat(view().live()).isFalse();
        assertThat(cluster.eventWords()).containsExactly("stream-bound");
    }

    @Test
    void listOfAnOriginReleasesNothingThatAWorkerCarries() {
        OriginId origin = originOf(cluster.publish("w1", "s"));
        cluster.report("w1", live("s", origin, binding().epoch()));
        cluster.advance(Duration.ofSeconds(30));
        reports.listed(origin, Map.of(), true, cluster.clock.instant());
        assertThat(view().live()).isTrue();
        assertThat(binding().origin()).isEqualTo(origin);
    }

    @Test
    void moveIsNotUndoneWhileTheOldPublisherIsBeingSentAway() {
        OriginId from = originOf(cluster.publish("w1", "s"));
        OriginId to = from.equals(A) ? B : A;
        reports.published(S, from, "run1", "c1");
        cluster.advance(Duration.ofSeconds(1));
        assertThat(cluster.admin.move(S, to, "operator")).isPresent();
        reports.listed(from, Map.of(S, "c1"), true, cluster.clock.instant());
        assertThat(binding().origin()).isEqualTo(to);
        reports.unpublished(S, from, "c1");
        cluster.advance(Duration.ofSeconds(40));
        reports.keep();
        assertThat(binding().origin()).isEqualTo(to);
    }

    @Test
    void moveOfWhatIsPublishedStraightToAnOriginDoesNotLast() {
        reports.published(S, A, "run1", "c1");
        cluster.advance(Duration.ofSeconds(1));
        cluster.admin.move(S, B, "operator");
        cluster.advance(Bindings.MOVE_GRACE.plusSeconds(1));
        reports.keep();
        assertThat(binding().origin()).isEqualTo(A);
    }

    @Test
    void pollFindsWhatNoHookToldAndReleasesWhatIsGone() {
        reports.listed(A, Map.of(S, "c1"), true, cluster.clock.instant());
        assertThat(view().direct()).isTrue();
        cluster.advance(Duration.ofSeconds(10));
        reports.listed(A, Map.of(), false, cluster.clock.instant());
        assertThat(view().live()).as("an incomplete list proves nothing").isTrue();
        reports.listed(A, Map.of(), true, cluster.clock.instant());
        assertThat(view().live()).isFalse();
    }

    @Test
    void pollThatWasAskedBeforeAHookDoesNotUndoIt() {
        var asked = cluster.clock.instant();
        cluster.advance(Duration.ofMillis(5));
        reports.published(S, A, "run1", "c1");
        reports.listed(A, Map.of(), true, asked);
        assertThat(view().live()).isTrue();
        asked = cluster.clock.instant();
        cluster.advance(Duration.ofMillis(5));
        reports.unpublished(S, A, "c1");
        reports.listed(A, Map.of(S, "c1"), true, asked);
        assertThat(view().live()).isFalse();
    }

    @Test
    void restartOfAnOriginTakesItsPublishersAlong() {
        reports.published(S, A, "run1", "c1");
        cluster.origins.change("a", origin -> origin.withIncarnation(new Incarnation("run1", "1")));
        assertThat(view().live()).isTrue();
        cluster.origins.change("a", origin -> origin.withIncarnation(new Incarnation("run2", "1")));
        assertThat(view().live()).isFalse();
    }

    @Test
    void hookOfANewRunOutlivesTheHeartbeatThatTellsOfIt() {
        cluster.origins.change("a", origin -> origin.withIncarnation(new Incarnation("run1", "1")));
        reports.published(S, A, "run1", "c1");
        reports.published(stream("t"), A, "run2", "c2");
        assertThat(view().live()).as("went with the old run").isFalse();
        cluster.origins.change("a", origin -> origin.withIncarnation(new Incarnation("run2", "1")));
        assertThat(cluster.admin.get(stream("t")).orElseThrow().live()).isTrue();
    }

    @Test
    void originThatIsDownHasNoPublishers() {
        reports.published(S, A, "run1", "c1");
        cluster.origins.change("a", origin -> origin.withState(OriginState.DOWN));
        assertThat(view().live()).isFalse();
        cluster.advance(Duration.ofSeconds(1));
        assertThat(originOf(cluster.publish("w1", "s"))).isEqualTo(B);
    }

    @Test
    void streamIsNotPlacedElsewhereWhileItIsLiveWhereAWorkerCannotReachIt() {
        reports.published(S, A, "run1", "c1");
        cluster.advance(Duration.ofSeconds(1));
        var failure = cluster.failed(A);
        cluster.advance(Duration.ofSeconds(1));
        reports.listed(A, Map.of(S, "c1"), true, cluster.clock.instant());
        assertThat(cluster.play("w1", "s", failure).outcome()).isEqualTo(Outcome.UNREACHABLE);
    }

    @Test
    void bindsAgainWhatWasUnboundOnceItsOriginTellsAgain() {
        reports.published(S, A, "run1", "c1");
        cluster.admin.unbind(S, "operator");
        reports.keep();
        assertThat(cluster.directory.size()).isZero();
        reports.listed(A, Map.of(S, "c1"), true, cluster.clock.instant());
        assertThat(binding().origin()).isEqualTo(A);
    }

    @Test
    void drainingLeavesWhatCannotBeMoved() {
        reports.published(S, A, "run1", "c1");
        cluster.origins.change("a", origin -> origin.withAdmission(Admission.DRAINING));
        cluster.drain.sweep();
        assertThat(binding().origin()).isEqualTo(A);
        reports.unpublished(S, A, "c1");
        cluster.drain.sweep();
        assertThat(cluster.directory.size()).isZero();
    }

    @Test
    void rebuildsWhatWasLostFromTheOriginsOwnLists() {
        Cluster restarted = new Cluster(2, Duration.ofSeconds(5), "a", "b");
        OriginReports after =
                new OriginReports(restarted.state, restarted.events, StreamSettings.DEFAULT, restarted.clock);
        assertThat(restarted.play("w1", "s").outcome()).isEqualTo(Outcome.REBUILDING);
        after.listed(B, Map.of(S, "c1"), true, restarted.clock.instant());
        assertThat(originOf(restarted.play("w1", "s"))).isEqualTo(B);
    }
}
