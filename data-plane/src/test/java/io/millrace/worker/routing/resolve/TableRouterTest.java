package io.millrace.worker.routing.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.Binding;
import io.millrace.model.Intent;
import io.millrace.model.Origin;
import io.millrace.model.OriginState;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.placement.Rendezvous;
import io.millrace.model.table.ClusterSettings;
import io.millrace.model.table.RoutingTable;
import io.millrace.model.table.TableVersion;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.ResolveAnswer;
import io.millrace.model.wire.ResolveRequest;
import io.millrace.worker.admin.TestClock;
import io.millrace.worker.admin.sessions.Fixtures;
import io.millrace.worker.routing.Backoff;
import io.millrace.worker.routing.FakeTimers;
import io.millrace.worker.routing.client.FakeControlPlane;
import io.millrace.worker.routing.client.Reachability;
import io.millrace.worker.routing.table.CurrentTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TableRouterTest {

    private static final StreamKey STREAM = Fixtures.STREAM;
    private static final Duration DEADLINE = Duration.ofMillis(300);

    private final TestClock clock = new TestClock();
    private final FakeTimers timers = new FakeTimers(clock);
    private final FakeControlPlane controlPlane = new FakeControlPlane();
    private final Reachability reachability = new Reachability();
    private final CurrentTable table = new CurrentTable();
    private final BindingCache cache = new BindingCache(100);
    private final List<OriginObservation> told = new ArrayList<>();
    private final TableRouter router = new TableRouter(
            new TableRouter.RouterParts(
                    "w",
                    controlPlane,
                    reachability,
                    table,
                    clock,
                    timers,
                    DEADLINE,
                    cache,
                    new ResolveMetrics(new SimpleMeterRegistry())),
            List.of(told::add));

    private final List<Origin> ranked = Rendezvous.order(
            STREAM, List.of(Fixtures.origin("a"), Fixtures.origin("b"), Fixtures.origin("c"), Fixtures.origin("d")));
    private final Origin first = ranked.get(0);
    private final Origin second = ranked.get(1);
    private final Origin last = ranked.get(3);
    private long sequence;

    TableRouterTest() {
        use(ranked);
    }

    private void use(List<Origin> origins) {
        table.use(
                new RoutingTable(
                        new TableVersion("e", ++sequence), origins, List.of(), List.of(), ClusterSettings.DEFAULT),
                clock.instant());
    }

    private CompletableFuture<Resolution> ask(Intent intent, Origin... failed) {
        return ask(STREAM, intent, failed);
    }

    private CompletableFuture<Resolution> ask(StreamKey stream, Intent intent, Origin... failed) {
        List<OriginObservation> observations =
                List.of(failed).stream().map(this::refusedBy).toList();
        return router.resolve(stream, intent, Protocol.RTMP, observations).toCompletableFuture();
    }

    private OriginObservation refusedBy(Origin origin) {
        return new OriginObservation(
                origin.id(), origin.incarnation(), OriginObservation.Failure.REFUSED, "", clock.instant());
    }

    private ResolveAnswer bound(Origin origin, long epoch) {
        return ResolveAnswer.bound(
                new Binding(STREAM, origin.id(), epoch, Binding.Cause.PLACED, clock.instant()), origin);
    }

    private void answer(int request, ResolveAnswer answer) {
        reachability.answered("fake");
        controlPlane.resolves.get(request).answer().complete(answer);
    }

    private static Resolution.Route route(CompletableFuture<Resolution> resolution) {
        assertThat(resolution).isDone();
        if (resolution.join() instanceof Resolution.Route route) {
            return route;
        }
        throw new AssertionError("no route: " + resolution.join());
    }

    private static Resolution.NoRoute noRoute(CompletableFuture<Resolution> resolution) {
        assertThat(resolution).isDone();
        if (resolution.join() instanceof Resolution.NoRoute none) {
            return none;
        }
        throw new AssertionError("a route: " + resolution.join());
    }

    private void assertRoute(
            CompletableFuture<Resolution> resolution, Origin origin, long epoch, Resolution.Source source) {
        Resolution.Route route = route(resolution);
        assertThat(route.origin().id()).isEqualTo(origin.id());
        assertThat(route.epoch()).isEqualTo(epoch);
        assertThat(route.source()).isEqualTo(source);
    }

    @Test
    void sendsOneRequestForAllWhoAskTheSameAtOnce() {
        List<CompletableFuture<Resolution>> asked = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            asked.add(ask(Intent.PLAY));
        }
        ask(Intent.PUBLISH);
        assertThat(controlPlane.resolves).hasSize(2);
        assertThat(asked).noneMatch(CompletableFuture::isDone);

        answer(0, bound(last, 7));
        asked.forEach(one -> assertRoute(one, last, 7, Resolution.Source.CONTROL_PLANE));
    }

    @Test
    void asksForItselfWhenASessionHasFailedElsewhere() {
        ask(Intent.PLAY);
        ask(Intent.PLAY, first);
        assertThat(controlPlane.resolves).hasSize(2);
        assertThat(controlPlane.resolves.get(1).question().failed())
                .extracting(OriginObservation::origin)
                .containsExactly(first.id());
    }

    @Test
    void usesAnAnswerWithoutAskingWhileItIsFresh() {
        ask(Intent.PLAY);
        answer(0, bound(last, 7));
        clock.advance(Duration.ofMillis(999));
        assertRoute(ask(Intent.PLAY), last, 7, Resolution.Source.CACHE);
        assertThat(controlPlane.resolves).hasSize(1);

        clock.advance(Duration.ofMillis(1));
        assertThat(ask(Intent.PLAY)).isNotDone();
        assertThat(controlPlane.resolves).hasSize(2);
    }

    @Test
    void asksForEveryPublisherSoThatItFindsTheNewPlaceOfAMovedStream() {
        ask(Intent.PLAY);
        answer(0, bound(last, 7));
        CompletableFuture<Resolution> publisher = ask(Intent.PUBLISH);
        assertThat(publisher).isNotDone();
        answer(1, bound(second, 8));
        assertRoute(publisher, second, 8, Resolution.Source.CONTROL_PLANE);
        assertRoute(ask(Intent.PLAY), second, 8, Resolution.Source.CACHE);
    }

    @Test
    void leavesOutAnAnswerThatWasOvertaken() {
        ask(Intent.PLAY);
        ask(Intent.PUBLISH);
        answer(1, bound(second, 8));
        answer(0, bound(last, 7));
        assertRoute(ask(Intent.PLAY), second, 8, Resolution.Source.CACHE);
    }

    @Test
    void believesLowerEpochsOfAControlPlaneThatBeganAgain() {
        ask(Intent.PLAY);
        answer(0, bound(last, 100));
        clock.advance(Duration.ofSeconds(30));
        ask(Intent.PLAY);
        answer(1, bound(second, 1));
        assertRoute(ask(Intent.PLAY), second, 1, Resolution.Source.CACHE);
    }

    @Test
    void fallsBackToTheCacheAndThenToRendezvousAtTheDeadline() {
        ask(Intent.PLAY);
        answer(0, bound(last, 7));
        clock.advance(Duration.ofMinutes(5));

        CompletableFuture<Resolution> known = ask(Intent.PLAY);
        CompletableFuture<Resolution> unknown = ask(StreamKey.parse("v/live/unknown"), Intent.PLAY);
        timers.advance(DEADLINE.minusMillis(1));
        assertThat(known).isNotDone();
        timers.advance(Duration.ofMillis(1));
        assertRoute(known, last, 7, Resolution.Source.CACHE);
        assertThat(route(unknown).source()).isEqualTo(Resolution.Source.RENDEZVOUS);
        assertThat(route(unknown).epoch()).isEqualTo(Binding.UNCONFIRMED);
    }

    @Test
    void fallsBackAtOnceWhenTheControlPlaneCannotBeReached() {
        CompletableFuture<Resolution> asked = ask(Intent.PLAY);
        controlPlane.resolves.get(0).fail(0);
        assertRoute(asked, first, 0, Resolution.Source.RENDEZVOUS);
        assertThat(timers.size()).isZero();
    }

    @Test
    void staysWhereItPlacedAStreamAloneWhenOriginsCome() {
        use(List.of(second, last));
        ask(Intent.PUBLISH);
        controlPlane.resolves.get(0).fail(0);
        use(ranked);
        CompletableFuture<Resolution> viewer = ask(Intent.PLAY);
        controlPlane.resolves.get(1).fail(0);
        assertRoute(viewer, second, 0, Resolution.Source.CACHE);
    }

    @Test
    void decidesAloneWhileTheControlPlaneRebuilds() {
        CompletableFuture<Resolution> asked = ask(Intent.PLAY);
        answer(0, ResolveAnswer.none(ResolveAnswer.Outcome.REBUILDING, "just started"));
        assertRoute(asked, first, 0, Resolution.Source.RENDEZVOUS);
    }

    @Test
    void passesOnThatThereIsNoOriginAndForgetsTheOldOne() {
        ask(Intent.PLAY);
        answer(0, bound(last, 7));
        CompletableFuture<Resolution> asked = ask(Intent.PUBLISH);
        answer(1, ResolveAnswer.none(ResolveAnswer.Outcome.NO_ORIGIN, "all are down"));
        assertThat(noRoute(asked)).isEqualTo(new Resolution.NoRoute(Resolution.Why.NO_ORIGIN, "all are down"));
        assertThat(cache.get(STREAM)).isEmpty();
    }

    @Test
    void passesOnThatTheStreamCannotBeReached() {
        CompletableFuture<Resolution> asked = ask(Intent.PLAY, first);
        answer(0, ResolveAnswer.none(ResolveAnswer.Outcome.UNREACHABLE, "it is live there"));
        assertThat(noRoute(asked).why()).isEqualTo(Resolution.Why.UNREACHABLE);

        CompletableFuture<Resolution> again = ask(Intent.PLAY, last);
        answer(1, bound(last, 3));
        assertThat(noRoute(again).why()).isEqualTo(Resolution.Why.UNREACHABLE);
    }

    @Test
    void takesTheOriginOfAnAnswerThatTheTableLacks() {
        Origin brandNew = Fixtures.origin("new");
        CompletableFuture<Resolution> asked = ask(Intent.PLAY);
        answer(0, bound(brandNew, 7));
        assertRoute(asked, brandNew, 7, Resolution.Source.CONTROL_PLANE);
        assertRoute(ask(Intent.PLAY), brandNew, 7, Resolution.Source.CACHE);

        use(ranked);
        CompletableFuture<Resolution> later = ask(Intent.PLAY);
        controlPlane.resolves.get(1).fail(0);
        assertRoute(later, first, 0, Resolution.Source.RENDEZVOUS);
    }

    @Test
    void doesNotUseACachedOriginThatIsDownOrRemoved() {
        ask(Intent.PLAY);
        answer(0, bound(last, 7));
        use(List.of(first, second, last.withState(OriginState.DOWN)));
        CompletableFuture<Resolution> down = ask(Intent.PLAY);
        assertThat(down).isNotDone();
        controlPlane.resolves.get(1).fail(0);
        assertRoute(down, first, 0, Resolution.Source.RENDEZVOUS);

        cache.forget(STREAM);
        ask(Intent.PLAY);
        answer(2, bound(last, 8));
        use(List.of(first, second));
        CompletableFuture<Resolution> removed = ask(Intent.PLAY);
        controlPlane.resolves.get(3).fail(0);
        assertRoute(removed, first, 0, Resolution.Source.RENDEZVOUS);
    }

    @Test
    void avoidsAnOriginThatFailedForThisSessionAndForAWhileForOthers() {
        ask(Intent.PLAY);
        answer(0, bound(first, 7));
        router.failed(refusedBy(first));
        assertThat(told).hasSize(1);

        CompletableFuture<Resolution> same = ask(Intent.PLAY, first);
        CompletableFuture<Resolution> other = ask(StreamKey.parse("v/live/x"), Intent.PLAY);
        controlPlane.resolves.get(1).fail(0);
        controlPlane.resolves.get(2).fail(0);
        assertRoute(same, second, 0, Resolution.Source.RENDEZVOUS);
        assertThat(route(other).origin().id()).isNotEqualTo(first.id());

        cache.forget(STREAM);
        clock.advance(Duration.ofSeconds(5));
        CompletableFuture<Resolution> later = ask(Intent.PLAY);
        controlPlane.resolves.get(3).fail(0);
        assertRoute(later, first, 0, Resolution.Source.RENDEZVOUS);
    }

    @Test
    void tellsTheControlPlaneWhichOriginsThisWorkerCannotReachNow() {
        router.failed(refusedBy(first));
        ask(StreamKey.parse("v/live/x"), Intent.PUBLISH);
        assertThat(controlPlane.resolves.getLast().question().avoid()).containsExactly(first.id());
        router.succeeded(first.id());
        ask(StreamKey.parse("v/live/y"), Intent.PUBLISH);
        assertThat(controlPlane.resolves.getLast().question().avoid()).isEmpty();
    }

    @Test
    void triesAvoidedOriginsWhenAllAreAvoidedAndGivesUpWhenAllFailedForTheSession() {
        ranked.forEach(origin -> router.failed(refusedBy(origin)));
        CompletableFuture<Resolution> asked = ask(Intent.PLAY, first);
        controlPlane.resolves.get(0).fail(0);
        assertRoute(asked, second, 0, Resolution.Source.RENDEZVOUS);

        CompletableFuture<Resolution> hopeless = ask(Intent.PLAY, ranked.toArray(Origin[]::new));
        controlPlane.resolves.get(1).fail(0);
        assertThat(noRoute(hopeless).why()).isEqualTo(Resolution.Why.UNREACHABLE);
    }

    @Test
    void goesBackToAnOriginThatAcceptedAgain() {
        router.failed(refusedBy(first));
        router.succeeded(first.id());
        CompletableFuture<Resolution> asked = ask(Intent.PLAY);
        controlPlane.resolves.get(0).fail(0);
        assertRoute(asked, first, 0, Resolution.Source.RENDEZVOUS);
    }

    @Test
    void remembersAnAnswerThatComesAfterTheDeadline() {
        CompletableFuture<Resolution> asked = ask(Intent.PLAY);
        timers.advance(DEADLINE);
        assertRoute(asked, first, 0, Resolution.Source.RENDEZVOUS);
        answer(0, bound(last, 7));
        assertRoute(ask(Intent.PLAY), last, 7, Resolution.Source.CACHE);
    }

    @Test
    void doesNotLetALateFailureReplaceWhatIsKnownByThen() {
        ask(Intent.PLAY, last);
        timers.advance(DEADLINE);
        ask(Intent.PLAY);
        answer(1, bound(last, 7));
        controlPlane.resolves.get(0).fail(0);
        assertRoute(ask(Intent.PLAY), last, 7, Resolution.Source.CACHE);
    }

    @Test
    void asksAgainOnceARequestIsOver() {
        ask(Intent.PLAY);
        timers.advance(DEADLINE);
        ask(Intent.PLAY);
        assertThat(controlPlane.resolves).hasSize(2);
    }

    @Test
    void stopsWaitingForASilentControlPlaneAndKeepsOneProbeOut() {
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Resolution> waits = ask(StreamKey.parse("v/live/" + i), Intent.PLAY);
            assertThat(waits).isNotDone();
            timers.advance(DEADLINE);
            assertThat(waits).isDone();
        }

        for (int i = 0; i < 50; i++) {
            assertThat(ask(StreamKey.parse("v/live/" + i), Intent.PUBLISH)).isDone();
        }
        assertThat(controlPlane.resolves).hasSize(4);
        controlPlane.resolves.get(3).fail(0);
        assertRoute(ask(Intent.PLAY), first, 0, Resolution.Source.RENDEZVOUS);
        assertThat(controlPlane.resolves).hasSize(5);

        answer(4, bound(last, 9));
        assertRoute(ask(Intent.PLAY), last, 9, Resolution.Source.CACHE);
        assertThat(ask(Intent.PUBLISH)).isNotDone();
    }

    @Test
    void waitsAgainOnceAnythingWasAnswered() {
        for (int i = 0; i < 3; i++) {
            ask(StreamKey.parse("v/live/" + i), Intent.PLAY);
        }
        timers.advance(DEADLINE);
        assertThat(ask(Intent.PUBLISH)).isDone();
        reachability.answered("the report");
        assertThat(ask(Intent.PUBLISH)).isNotDone();
    }

    @Test
    void hasNoRouteWithoutAnyTable() {
        TableRouter bare = new TableRouter(
                new TableRouter.RouterParts(
                        "w",
                        controlPlane,
                        reachability,
                        new CurrentTable(),
                        clock,
                        timers,
                        DEADLINE,
                        new BindingCache(1),
                        new ResolveMetrics(new SimpleMeterRegistry())),
                List.of());
        CompletableFuture<Resolution> asked =
                bare.resolve(STREAM, Intent.PLAY, Protocol.RTMP, List.of()).toCompletableFuture();
        controlPlane.resolves.get(0).fail(0);
        assertThat(noRoute(asked).why()).isEqualTo(Resolution.Why.NO_ORIGIN);
        assertThat(bare.naming().ofRtmp("rtmp://h/live", "live", "a")).isEqualTo(STREAM);
    }

    @Test
    void saysWhenTheBoundOriginLacksTheProtocol() {
        CompletableFuture<Resolution> asked =
                router.resolve(STREAM, Intent.PLAY, Protocol.SRT, List.of()).toCompletableFuture();
        answer(0, bound(first, 1));
        assertThat(noRoute(asked).detail()).contains("does not offer srt");
    }

    @Test
    void aPlaceToWaitServesAllWhoAskWithinAMomentAndIsNoBinding() {
        CompletableFuture<Resolution> asked = ask(Intent.PLAY);
        answer(0, ResolveAnswer.provisional(last));
        assertRoute(asked, last, 0, Resolution.Source.PROVISIONAL);
        assertRoute(ask(Intent.PLAY), last, 0, Resolution.Source.PROVISIONAL);
        assertThat(controlPlane.resolves).hasSize(1);
        assertThat(cache.get(STREAM)).isEmpty();

        clock.advance(Duration.ofMillis(ClusterSettings.DEFAULT.bindingFreshMillis()));
        CompletableFuture<Resolution> later = ask(Intent.PLAY);
        assertThat(controlPlane.resolves).hasSize(2);
        controlPlane.resolves.get(1).fail(0);
        assertRoute(later, first, 0, Resolution.Source.RENDEZVOUS);
        assertThat(cache.get(STREAM)).isEmpty();
    }

    @Test
    void aPlaceToWaitGivesWayToTheBinding() {
        var _ = ask(Intent.PLAY);
        answer(0, ResolveAnswer.provisional(last));
        var _ = ask(Intent.PUBLISH);
        answer(1, bound(first, 7));
        assertRoute(ask(Intent.PLAY), first, 7, Resolution.Source.CACHE);
    }

    @Test
    void aPlaceToWaitThatFailedIsNotGivenAgain() {
        var _ = ask(Intent.PLAY);
        answer(0, ResolveAnswer.provisional(last));
        router.failed(refusedBy(last));
        var _ = ask(Intent.PLAY);
        assertThat(controlPlane.resolves).hasSize(2);
        var _ = ask(Intent.PLAY, last);
        assertThat(controlPlane.resolves).hasSize(3);
    }

    @Test
    void madeUpNamesPushOutNoBindingAndAreForgotten() {
        CompletableFuture<Resolution> known = ask(Intent.PLAY);
        answer(0, bound(last, 7));
        assertRoute(known, last, 7, Resolution.Source.CONTROL_PLANE);
        int names = 10 * TableRouter.MAX_WAITING;
        for (int i = 0; i < names; i++) {
            CompletableFuture<Resolution> made = ask(StreamKey.parse("v/live/made-up-" + i), Intent.PLAY);
            controlPlane.resolves.getLast().answer().complete(ResolveAnswer.provisional(first));
            assertRoute(made, first, 0, Resolution.Source.PROVISIONAL);
            assertThat(router.remembered()).isLessThanOrEqualTo(TableRouter.MAX_WAITING);
        }
        assertThat(controlPlane.resolves).hasSize(names + 1);
        assertThat(cache.get(STREAM)).isPresent();
        assertThat(cache.size()).isEqualTo(1);
        clock.advance(Duration.ofMinutes(1));
        var _ = ask(Intent.PLAY);
        assertThat(router.remembered()).isZero();
    }

    @Test
    void madeUpNamesLeaveNothingBehindWhileNoControlPlaneAnswers() {
        for (int i = 0; i < 100; i++) {
            CompletableFuture<Resolution> made = ask(StreamKey.parse("v/live/made-up-" + i), Intent.PLAY);
            controlPlane.resolves.get(i).fail(0);
            assertThat(route(made).source()).isEqualTo(Resolution.Source.RENDEZVOUS);
        }
        assertThat(cache.size()).isZero();
        CompletableFuture<Resolution> published = ask(Intent.PUBLISH);
        controlPlane.resolves.get(100).fail(0);
        assertRoute(published, first, 0, Resolution.Source.RENDEZVOUS);
        assertThat(cache.get(STREAM)).isPresent();
    }

    @Test
    void forgetsTheLeastRecentlyUsedBinding() {
        BindingCache small = new BindingCache(2);
        StreamKey x = StreamKey.parse("v/live/x");
        StreamKey y = StreamKey.parse("v/live/y");
        small.placedAlone(STREAM, first, null);
        small.placedAlone(x, first, null);
        assertThat(small.get(STREAM)).isPresent();
        small.placedAlone(y, first, null);
        assertThat(small.get(x)).isEmpty();
        assertThat(small.get(STREAM)).isPresent();
    }

    @Test
    void backsOffWithinBounds() {
        Backoff backoff = new Backoff(new Random(1));
        assertThat(backoff.isCalm()).isTrue();
        assertThat(backoff.next()).isBetween(Duration.ofMillis(20), Duration.ofMillis(120));
        Duration longest = Duration.ZERO;
        for (int i = 0; i < 200; i++) {
            Duration next = backoff.next();
            assertThat(next).isBetween(Duration.ofMillis(20), Duration.ofMillis(2_520));
            longest = next.compareTo(longest) > 0 ? next : longest;
        }
        assertThat(longest).isGreaterThan(Duration.ofSeconds(2));
        assertThat(backoff.isCalm()).isFalse();
        backoff.reset();
        assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofMillis(120));
    }

    // ---- a second origin beside a slow one

    private CompletableFuture<Optional<Router.Beside>> beside(Intent intent, Resolution.Route route) {
        return router.beside(STREAM, intent, Protocol.RTMP, List.of(), route, refusedBy(route.origin()))
                .toCompletableFuture();
    }

    private Resolution.Route placed(Origin origin, long epoch) {
        CompletableFuture<Resolution> asked = ask(Intent.PUBLISH);
        answer(controlPlane.resolves.size() - 1, bound(origin, epoch));
        return route(asked);
    }

    @Test
    void asksTheControlPlaneForAnotherOrigin() {
        Resolution.Route slow = placed(first, 7);
        CompletableFuture<Optional<Router.Beside>> asked = beside(Intent.PUBLISH, slow);
        ResolveRequest request = controlPlane.resolves.get(1).question();
        assertThat(request.slow()).isNotNull();
        assertThat(request.failed()).isEmpty();
        answer(1, bound(first, 7).withBeside(last));
        Router.Beside other = asked.join().orElseThrow();
        assertThat(other.route().origin()).isEqualTo(last);
        assertThat(other.route().epoch()).isEqualTo(7);
        assertThat(other.isDecided()).isFalse();
    }

    @Test
    void waitsWhenTheStreamStays() {
        Resolution.Route slow = placed(first, 7);
        CompletableFuture<Optional<Router.Beside>> asked = beside(Intent.PUBLISH, slow);
        answer(1, bound(first, 7));
        assertThat(asked.join()).isEmpty();
        CompletableFuture<Optional<Router.Beside>> again = beside(Intent.PUBLISH, slow);
        controlPlane.resolves.get(2).fail(503);
        assertThat(again.join()).isEmpty();
    }

    @Test
    void followsWhenTheStreamHasMoved() {
        Resolution.Route slow = placed(first, 7);
        CompletableFuture<Optional<Router.Beside>> asked = beside(Intent.PLAY, slow);
        answer(1, bound(second, 8));
        Router.Beside other = asked.join().orElseThrow();
        assertThat(other.route().origin()).isEqualTo(second);
        assertThat(other.isDecided()).isTrue();
    }

    @Test
    void takesTheNextOfItsOwnOrderWhatItPlacedAlone() {
        CompletableFuture<Resolution> alone = ask(Intent.PUBLISH);
        controlPlane.resolves.getFirst().fail(503);
        Resolution.Route slow = route(alone);
        assertThat(slow.source()).isEqualTo(Resolution.Source.RENDEZVOUS);
        Router.Beside other = beside(Intent.PUBLISH, slow).join().orElseThrow();
        assertThat(other.route().origin()).isEqualTo(second);
        assertThat(other.isDecided()).isFalse();
        Resolution claimed = router.claim(STREAM, Intent.PUBLISH, Protocol.RTMP, slow, other.route())
                .toCompletableFuture()
                .join();
        assertThat(claimed).isEqualTo(slow);
        assertThat(controlPlane.resolves).as("there is nobody to ask").hasSize(1);
    }

    @Test
    void claimsWhatItWasTold() {
        Resolution.Route slow = placed(first, 7);
        Resolution.Route other = new Resolution.Route(last, slow.endpoint(), 7, Resolution.Source.CONTROL_PLANE);
        CompletableFuture<Resolution> claimed = router.claim(STREAM, Intent.PUBLISH, Protocol.RTMP, other, other)
                .toCompletableFuture();
        assertThat(controlPlane.resolves.get(1).question().claim()).isEqualTo(new ResolveRequest.Claim(last.id(), 7));
        answer(1, bound(last, 8));
        assertThat(route(claimed).origin()).isEqualTo(last);
        assertThat(route(claimed).epoch()).isEqualTo(8);
    }

    @Test
    void goesOnWithoutAnAnswerToItsClaim() {
        Resolution.Route slow = placed(first, 7);
        CompletableFuture<Resolution> claimed =
                router.claim(STREAM, Intent.PUBLISH, Protocol.RTMP, slow, slow).toCompletableFuture();
        assertThat(claimed).isNotDone();
        timers.advance(DEADLINE);
        assertThat(route(claimed).origin()).isEqualTo(first);
        assertThat(route(claimed).epoch()).isEqualTo(Binding.UNCONFIRMED);
    }
}
