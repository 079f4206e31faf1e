package io.millrace.control.streams.resolve;

import static io.millrace.control.registry.OriginsStandIn.id;
import static io.millrace.control.streams.resolve.Cluster.live;
import static io.millrace.control.streams.resolve.Cluster.stream;
import static io.millrace.control.streams.resolve.Cluster.watched;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.registry.Origins;
import io.millrace.control.registry.OriginsStandIn;
import io.millrace.control.store.LockChecks;
import io.millrace.control.streams.StreamDirectory.Eviction;
import io.millrace.control.streams.StreamSettings;
import io.millrace.model.Admission;
import io.millrace.model.Binding;
import io.millrace.model.Binding.Cause;
import io.millrace.model.Intent;
import io.millrace.model.Listener;
import io.millrace.model.OriginId;
import io.millrace.model.OriginState;
import io.millrace.model.Protocol;
import io.millrace.model.wire.ResolveAnswer;
import io.millrace.model.wire.ResolveAnswer.Outcome;
import io.millrace.model.wire.ResolveRequest;
import io.millrace.model.wire.StreamReport;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BindingDirectoryTest {

    private static Binding bound(ResolveAnswer answer) {
        assertThat(answer.outcome()).as(answer.reason()).isEqualTo(Outcome.BOUND);
        return Objects.requireNonNull(answer.binding());
    }

    private static OriginId other(OriginId than, String... names) {
        return IntStream.range(0, names.length)
                .mapToObj(i -> id(names[i]))
                .filter(id -> !id.equals(than))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void answersEveryWorkerWithTheSameBinding() {
        Cluster cluster = new Cluster("a", "b", "c");
        Binding first = bound(cluster.publish("w1", "s"));
        assertThat(first.cause()).isEqualTo(Cause.PLACED);
        assertThat(bound(cluster.play("w2", "s"))).isEqualTo(first);
        assertThat(cluster.eventWords()).containsExactly("stream-bound");
    }

    @Test
    void manyWorkersThatAskAtOnceForANewStreamGetOneAnswer() throws Exception {
        Cluster cluster = new Cluster("a", "b", "c", "d", "e");
        int threads = 16;
        try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            for (int round = 0; round < 50; round++) {
                String name = "s" + round;
                CountDownLatch start = new CountDownLatch(1);
                List<Future<ResolveAnswer>> answers = IntStream.range(0, threads)
                        .mapToObj(i -> workers.submit((Callable<ResolveAnswer>) () -> {
                            start.await();
                            return cluster.publish("w" + i, name);
                        }))
                        .toList();
                start.countDown();
                Set<Binding> bindings = new java.util.HashSet<>();
                for (Future<ResolveAnswer> answer : answers) {
                    bindings.add(bound(answer.get()));
                }
                assertThat(bindings).hasSize(1);
            }
        }
        assertThat(cluster.directory.size()).isEqualTo(50);
        assertThat(cluster.eventWords()).hasSize(50);
    }

    @Test
    void noLockIsHeldAcrossACallToTheStore() {
        Cluster cluster = new Cluster("a", "b");
        LockChecks locks = cluster.checkLocks();
        Binding placed = bound(cluster.publish("w1", "placed"));
        OriginId other = OriginsStandIn.id(placed.origin().equals(OriginsStandIn.id("a")) ? "b" : "a");
        cluster.report("w1", live("placed", other, placed.epoch() + 1), live("adopted", other, 0));
        cluster.admin.move(stream("placed"), placed.origin(), "a test");
        cluster.admin.unbind(stream("adopted"), "a test");
        cluster.origins.change(placed.origin().value(), origin -> origin.withAdmission(Admission.DRAINING));
        cluster.drain.sweep();
        assertThat(cluster.eventWords())
                .containsExactly(
                        "stream-bound",
                        "stream-moved",
                        "stream-bound",
                        "stream-moved",
                        "stream-unbound",
                        "stream-moved");
        assertThat(locks.passed()).isGreaterThanOrEqualTo(6);
    }

    @Test
    void newStreamsAreSpreadBeforeAnyIsReported() {
        Cluster cluster = new Cluster("a", "b", "c");
        var perOrigin = IntStream.range(0, 30)
                .mapToObj(i -> bound(cluster.publish("w1", "s" + i)).origin())
                .collect(Collectors.groupingBy(origin -> origin, Collectors.counting()));
        assertThat(perOrigin)
                .hasSize(3)
                .allSatisfy((origin, count) -> assertThat(count).isBetween(7L, 13L));
    }

    @Test
    void newStreamsOfOneWorkerAvoidWhatItCannotReachAndThoseOfOthersDoNot() {
        Cluster cluster = new Cluster("a", "b");
        for (int i = 0; i < 20; i++) {
            ResolveRequest blind = new ResolveRequest(
                    "blind",
                    stream("x" + i),
                    Intent.PUBLISH,
                    Protocol.RTMP,
                    List.of(),
                    List.of(OriginsStandIn.id("a")),
                    null);
            assertThat(bound(cluster.directory.resolve(blind)).origin()).isEqualTo(OriginsStandIn.id("b"));
        }
        assertThat(IntStream.range(0, 20)
                        .mapToObj(i -> bound(cluster.publish("w2", "y" + i)).origin()))
                .contains(OriginsStandIn.id("a"));
        ResolveRequest nowhere = new ResolveRequest(
                "blind",
                stream("z"),
                Intent.PUBLISH,
                Protocol.RTMP,
                List.of(),
                List.of(OriginsStandIn.id("a"), OriginsStandIn.id("b")),
                null);
        assertThat(bound(cluster.directory.resolve(nowhere)))
                .as("when there is no other")
                .isNotNull();
    }

    @Test
    void staysWhenABeatIsMissed() {
        Cluster cluster = new Cluster("a", "b");
        Binding binding = bound(cluster.publish("w1", "s"));
        cluster.origins.change(binding.origin().value(), origin -> origin.withState(OriginState.SUSPECT));
        assertThat(bound(cluster.publish("w1", "s"))).isEqualTo(binding);
    }

    @Test
    void staysOnACordonedOrigin() {
        Cluster cluster = new Cluster("a", "b");
        Binding binding = bound(cluster.publish("w1", "s"));
        cluster.origins.change(binding.origin().value(), origin -> origin.withAdmission(Admission.CORDONED));
        assertThat(bound(cluster.play("w1", "s"))).isEqualTo(binding);
    }

    @Test
    void movesStreamWhenItsOriginIsDown() {
        Cluster cluster = new Cluster("a", "b");
        Binding binding = bound(cluster.publish("w1", "s"));
        cluster.report("w1", live("s", binding.origin(), binding.epoch()));
        cluster.advance(Duration.ofSeconds(1));
        cluster.origins.change(binding.origin().value(), origin -> origin.withState(OriginState.DOWN));
        Binding moved = bound(cluster.publish("w2", "s"));
        assertThat(moved.origin()).isNotEqualTo(binding.origin());
        assertThat(moved.epoch()).isGreaterThan(binding.epoch());
        assertThat(cluster.eventWords()).containsExactly("stream-bound", "stream-moved");
    }

    @Test
    void movesStreamWhenItsOriginRefuses() {
        Cluster cluster = new Cluster("a", "b");
        Binding binding = bound(cluster.publish("w1", "s"));
        Binding moved = bound(cluster.publish("w1", "s", cluster.failed(binding.origin())));
        assertThat(moved.origin()).isNotEqualTo(binding.origin());
        assertThat(cluster.origins.observations()).containsExactly("w1 " + binding.origin() + " refused");
    }

    @Test
    void movesStreamWhenOthersFoundItsOriginUnreachable() {
        Cluster cluster = new Cluster("a", "b");
        Binding binding = bound(cluster.publish("w1", "s"));
        cluster.origins.reachable(binding.origin().value(), false);
        assertThat(bound(cluster.publish("w1", "s")).origin()).isNotEqualTo(binding.origin());
    }

    @Test
    void doesNotMoveAStreamThatAnotherWorkerStillCarries() {
        Cluster cluster = new Cluster("a", "b");
        Binding binding = bound(cluster.publish("w1", "s"));
        var failure = cluster.failed(binding.origin());
        cluster.advance(Duration.ofMillis(10));
        cluster.report("w1", live("s", binding.origin(), binding.epoch()));
        assertThat(cluster.play("w2", "s", failure).outcome()).isEqualTo(Outcome.UNREACHABLE);
        assertThat(bound(cluster.play("w3", "s"))).isEqualTo(binding);
    }

    @Test
    void saysWhichOriginsASessionHasTriedWhenNoneIsLeft() {
        Cluster cluster = new Cluster("a", "b");
        ResolveAnswer answer = cluster.publish("w1", "s", cluster.failed(id("a")), cluster.failed(id("b")));
        assertThat(answer.outcome()).isEqualTo(Outcome.NO_ORIGIN);
        assertThat(answer.reason())
                .contains("a@a:1935 was tried by this session (refused)")
                .contains("b@b:1935");
        assertThat(cluster.directory.size()).isZero();
    }

    @Test
    void neverAnswersWithAnOriginThatIsGoneForGood() {
        Cluster cluster = new Cluster("a");
        bound(cluster.publish("w1", "s"));
        cluster.origins.remove("a");
        assertThat(cluster.publish("w1", "s").outcome()).isEqualTo(Outcome.NO_ORIGIN);
        cluster.origins.with("b");
        assertThat(bound(cluster.publish("w1", "s")).origin()).isEqualTo(id("b"));
    }

    @Test
    void keepsTryingTheOnlyOriginThatRefused() {
        Cluster cluster = new Cluster("a");
        Binding binding = bound(cluster.publish("w1", "s"));
        cluster.origins.reachable("a", false);
        assertThat(bound(cluster.publish("w1", "s"))).isEqualTo(binding);
        assertThat(cluster.publish("w1", "s", cluster.failed(id("a"))).outcome())
                .isEqualTo(Outcome.NO_ORIGIN);
    }

    @Test
    void leavesADrainingOriginUnlessThePublisherIsLiveThere() {
        Cluster cluster = new Cluster("a", "b");
        Binding binding = bound(cluster.publish("w1", "s"));
        OriginId from = binding.origin();
        cluster.report("w1", live("s", from, binding.epoch()));
        cluster.origins.change(from.value(), origin -> origin.withAdmission(Admission.DRAINING));
        assertThat(bound(cluster.play("w2", "s"))).isEqualTo(binding);
        cluster.report("w1");
        assertThat(bound(cluster.play("w2", "s")).origin()).isNotEqualTo(from);
    }

    @Test
    void staysOnADrainingOriginWhenThereIsNoOther() {
        Cluster cluster = new Cluster("a");
        Binding binding = bound(cluster.publish("w1", "s"));
        cluster.origins.change("a", origin -> origin.withAdmission(Admission.DRAINING));
        assertThat(bound(cluster.play("w2", "s"))).isEqualTo(binding);
        assertThat(cluster.publish("w2", "new").outcome()).isEqualTo(Outcome.NO_ORIGIN);
    }

    @Test
    void aPublisherWithAProtocolThatTheOriginLacksIsPlacedAnewUnlessTheStreamIsLive() {
        Cluster cluster = new Cluster("a");
        Binding binding = bound(cluster.publish("w1", "s"));
        cluster.origins.put(OriginsStandIn.origin("srt", Listener.RTMP, Listener.SRT));
        assertThat(srt(cluster, Intent.PLAY).outcome()).isEqualTo(Outcome.NO_ORIGIN);
        cluster.report("w1", live("s", binding.origin(), binding.epoch()));
        assertThat(srt(cluster, Intent.PUBLISH).outcome()).isEqualTo(Outcome.NO_ORIGIN);
        cluster.report("w1");
        assertThat(bound(srt(cluster, Intent.PUBLISH)).origin()).isEqualTo(id("srt"));
    }

    private static ResolveAnswer srt(Cluster cluster, Intent intent) {
        return cluster.directory.resolve(new ResolveRequest("w2", stream("s"), intent, Protocol.SRT, List.of()));
    }

    @Test
    void aBindingEndsAWhileAfterItsLastReportedSession() {
        Cluster cluster = new Cluster("a", "b");
        Binding binding = bound(cluster.publish("w1", "s"));
        for (int i = 0; i < 5; i++) {
            cluster.advance(Duration.ofSeconds(50));
            cluster.report("w1", live("s", binding.origin(), binding.epoch()));
        }
        assertThat(cluster.directory.size()).isEqualTo(1);
        cluster.report("w1");
        cluster.advance(Duration.ofSeconds(59));
        assertThat(cluster.directory.size()).isEqualTo(1);
        cluster.advance(Duration.ofSeconds(1));
        assertThat(cluster.directory.size()).isZero();
        assertThat(cluster.eventWords()).containsExactly("stream-bound", "stream-unbound");
        assertThat(bound(cluster.publish("w1", "s")).epoch()).isGreaterThan(binding.epoch());
    }

    @Test
    void aLivePublisherTakesTheBindingAlong() {
        Cluster cluster = new Cluster("a", "b");
        Binding binding = bound(cluster.publish("w1", "s"));
        OriginId elsewhere = other(binding.origin(), "a", "b");
        assertThat(cluster.report("w2", live("s", elsewhere, 0))).isEmpty();
        Binding adopted = bound(cluster.play("w1", "s"));
        assertThat(adopted.origin()).isEqualTo(elsewhere);
        assertThat(adopted.cause()).isEqualTo(Cause.ADOPTED);
        assertThat(adopted.epoch()).isGreaterThan(binding.epoch());
    }

    @Test
    void theSecondLivePublisherIsEvictedAndTheConflictToldOnce() {
        Cluster cluster = new Cluster("a", "b");
        Binding binding = bound(cluster.publish("w1", "s"));
        OriginId elsewhere = other(binding.origin(), "a", "b");
        cluster.report("w1", live("s", binding.origin(), binding.epoch()));
        for (int i = 0; i < 3; i++) {
            assertThat(cluster.report("w2", live("s", elsewhere, 0)))
                    .extracting(Eviction::keepOrigin)
                    .containsExactly(binding.origin());
        }
        assertThat(cluster.report("w2")).isEmpty();
        assertThat(cluster.eventWords()).containsExactly("stream-bound", "stream-conflict");
        assertThat(bound(cluster.play("w3", "s"))).isEqualTo(binding);
    }

    @Test
    void evictsViewersFromAnOriginThatTheStreamHasLeft() {
        Cluster cluster = new Cluster("a", "b");
        Binding binding = bound(cluster.publish("w1", "s"));
        OriginId elsewhere = other(binding.origin(), "a", "b");
        assertThat(cluster.report("w2", watched("s", elsewhere, 0))).isEmpty();
        cluster.report("w1", live("s", binding.origin(), binding.epoch()));
        assertThat(cluster.report("w2", watched("s", elsewhere, 0))).hasSize(1);
        assertThat(cluster.eventWords()).containsExactly("stream-bound");
    }

    @Test
    void aMovedStreamIsEvictedFromWhereItWas() {
        Cluster cluster = new Cluster("a", "b");
        Binding binding = bound(cluster.publish("w1", "s"));
        cluster.report("w1", live("s", binding.origin(), binding.epoch()));
        OriginId to = other(binding.origin(), "a", "b");
        Binding moved = cluster.admin.move(stream("s"), to, "operator").orElseThrow();
        assertThat(moved.cause()).isEqualTo(Cause.MOVED);
        assertThat(cluster.report("w1", live("s", binding.origin(), binding.epoch())))
                .extracting(Eviction::keepOrigin)
                .containsExactly(to);
        assertThat(cluster.report("w1", live("s", to, moved.epoch()))).isEmpty();
        assertThat(bound(cluster.play("w2", "s"))).isEqualTo(moved);
    }

    @Test
    void aMoveToAnOriginThatDiedBeforeThePublisherCameIsTakenBack() {
        Cluster cluster = new Cluster("a", "b");
        Binding binding = bound(cluster.publish("w1", "s"));
        OriginId to = other(binding.origin(), "a", "b");
        cluster.admin.move(stream("s"), to, "operator");
        cluster.origins.change(to.value(), origin -> origin.withState(OriginState.DOWN));
        assertThat(cluster.report("w1", live("s", binding.origin(), binding.epoch())))
                .isEmpty();
        assertThat(bound(cluster.play("w2", "s")).origin()).isEqualTo(binding.origin());
    }

    @Test
    void rebuildsBindingsFromReportsBeforeItPlacesAnything() {
        Cluster cluster = new Cluster("a", "b");
        Binding binding = bound(cluster.publish("w1", "s"));
        cluster.advance(Duration.ofSeconds(100));
        cluster.restart(Duration.ofSeconds(5));
        assertThat(cluster.play("w2", "s").outcome()).isEqualTo(Outcome.REBUILDING);
        cluster.report("w1", live("s", binding.origin(), binding.epoch()));
        Binding adopted = bound(cluster.play("w2", "s"));
        assertThat(adopted.origin()).isEqualTo(binding.origin());
        assertThat(adopted.cause()).isEqualTo(Cause.ADOPTED);
        assertThat(adopted.epoch()).isGreaterThanOrEqualTo(binding.epoch());
        assertThat(cluster.publish("w2", "new").outcome()).isEqualTo(Outcome.REBUILDING);
        cluster.advance(Duration.ofSeconds(5));
        bound(cluster.publish("w2", "new"));
    }

    @Test
    void anEpochThatAWorkerReportsIsNeverUndercut() {
        Cluster cluster = new Cluster("a", "b");
        long high = cluster.clock.millis() * 2;
        cluster.report("w1", live("s", id("a"), high));
        assertThat(bound(cluster.play("w2", "s")).epoch()).isGreaterThanOrEqualTo(high);
        assertThat(bound(cluster.publish("w2", "t")).epoch()).isGreaterThan(high);
    }

    @Test
    void ignoresAReportAboutAnOriginThatNobodyKnows() {
        Cluster cluster = new Cluster("a");
        assertThat(cluster.report("w1", live("s", id("ghost"), 7))).isEmpty();
        assertThat(cluster.directory.size()).isZero();
    }

    @Test
    void sumsWhatWorkersCarryForEachOrigin() {
        Cluster cluster = new Cluster("a", "b");
        cluster.report("w1", new StreamReport(stream("s"), id("a"), 1, 1, 2, 1_000, 1_000));
        cluster.report("w2", new StreamReport(stream("s"), id("a"), 1, 0, 3, 0, 0));
        cluster.advance(Duration.ofSeconds(2));
        cluster.report("w1", new StreamReport(stream("s"), id("a"), 1, 1, 2, 251_000, 501_000));
        assertThat(cluster.origins.carried(id("a"))).contains(new Origins.Carried(6, 3_000));
        assertThat(cluster.origins.carried(id("b"))).isEmpty();
        cluster.directory.forget("w1");
        assertThat(cluster.origins.carried(id("a"))).contains(new Origins.Carried(3, 0));
    }

    @Test
    void aLostWorkersPublisherNoLongerHoldsTheStream() {
        Cluster cluster = new Cluster("a", "b");
        Binding binding = bound(cluster.publish("w1", "s"));
        cluster.report("w1", live("s", binding.origin(), binding.epoch()));
        cluster.directory.forget("w1");
        OriginId elsewhere = other(binding.origin(), "a", "b");
        assertThat(cluster.report("w2", live("s", elsewhere, 0))).isEmpty();
        assertThat(bound(cluster.play("w3", "s")).origin()).isEqualTo(elsewhere);
    }

    @Test
    void epochsAreTheVersionsOfTheStoreSoTwoControlPlanesDrawFromOneRow() {
        Cluster cluster = new Cluster("a", "b");
        BindingDirectory other = cluster.another();
        long last = 0;
        for (int i = 0; i < 10; i++) {
            BindingDirectory directory = i % 2 == 0 ? cluster.directory : other;
            Binding binding = bound(
                    directory.resolve(new ResolveRequest("w1", stream("s"), Intent.PUBLISH, Protocol.RTMP, List.of())));
            assertThat(binding.epoch()).isGreaterThan(last);
            last = binding.epoch();
            // Neither a clock that is set back nor an end of the binding makes them smaller.
            cluster.clock.set(Duration.ofHours(-1));
            cluster.advance(StreamSettings.DEFAULT.bindingLinger());
        }
    }

    @Test
    void epochsAreAboveThoseThatAWorkerReportsWhenAllElseIsLost() {
        Cluster cluster = new Cluster("a", "b");
        long known = 1_764_000_000_000_000L;
        cluster.report("w1", live("s", new OriginId("a"), known));
        Binding other = bound(cluster.publish("w2", "t"));
        assertThat(other.epoch()).isGreaterThan(known);
        assertThat(cluster.report("w1", live("s", new OriginId("a"), known))).isEmpty();
    }
}
