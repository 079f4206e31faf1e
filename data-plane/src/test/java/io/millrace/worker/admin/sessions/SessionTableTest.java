package io.millrace.worker.admin.sessions;

import static io.millrace.worker.admin.sessions.Fixtures.STREAM;
import static io.millrace.worker.admin.sessions.Fixtures.open;
import static io.millrace.worker.admin.sessions.Fixtures.origin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.Intent;
import io.millrace.model.Origin;
import io.millrace.model.Protocol;
import io.millrace.model.wire.SessionReport;
import io.millrace.model.wire.StreamReport;
import io.millrace.worker.admin.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SessionTableTest {

    private final TestClock clock = new TestClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SessionTable table = Fixtures.sessionTable(clock, 3, registry);
    private final Origin a = origin("a");
    private final Origin b = origin("b");

    @Test
    void aSessionWaitsUntilItEndsOrItsStreamHasAPlace() {
        SimpleMeterRegistry figures = new SimpleMeterRegistry();
        SessionTable table = Fixtures.sessionTable(new TestClock(), 10, figures);
        Session leaves = Fixtures.open(table, Intent.PLAY);
        assertThat(leaves.mayWait()).isTrue();
        table.relaying(leaves, Fixtures.origin("a"), 0);
        assertThat(figures.get("millrace.streams.waited.for").gauge().value()).isEqualTo(1);
        table.close(leaves, CloseReason.PEER_CLOSED, "");
        assertThat(figures.get("millrace.streams.waited.for").gauge().value()).isZero();

        Session stays = Fixtures.open(table, Intent.PLAY);
        assertThat(stays.mayWait()).isTrue();
        table.relaying(stays, Fixtures.origin("a"), 7);
        assertThat(figures.get("millrace.streams.waited.for").gauge().value()).isZero();
    }

    @Test
    void reportsWhomTheCredentialOfASessionNames() {
        Session anybody = open(table, Intent.PLAY);
        OpenResult known = table.open(
                new Permit(Protocol.RTMP, Intent.PLAY, Fixtures.STREAM, "10.0.0.1:5000", "ann"),
                (reason, detail) -> {});
        table.relaying(anybody, a, 0);
        table.relaying(((OpenResult.Opened) known).session(), a, 0);
        assertThat(table.sessionReports()).extracting(SessionReport::subject).containsExactlyInAnyOrder(null, "ann");
    }

    @Test
    void countsOneEndHoweverManyThreadsCloseASession() throws InterruptedException {
        Session session = open(table, Intent.PUBLISH);
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (CloseReason reason : CloseReason.values()) {
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    go.await();
                    table.close(session, reason, "race");
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(registry.find("millrace.sessions.ended").counters().stream()
                        .mapToDouble(c -> c.count())
                        .sum())
                .isEqualTo(1);
        assertThat(table.size()).isZero();
        assertThat(openGauge()).isZero();
    }

    private double openGauge() {
        return registry.find("millrace.sessions.open").gauges().stream()
                .mapToDouble(gauge -> gauge.value())
                .sum();
    }

    @Test
    void turnsAwayWhatIsOverTheLimitAndTakesAgainAfterAnEnd() {
        Session first = open(table, Intent.PLAY);
        open(table, Intent.PLAY);
        open(table, Intent.PLAY);

        assertThat(table.open(new Permit(Protocol.RTMP, Intent.PLAY, STREAM, "c", null), (reason, detail) -> {}))
                .isInstanceOfSatisfying(
                        OpenResult.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(CloseReason.TOO_MANY_SESSIONS));
        assertThat(registry.get("millrace.rejects")
                        .tag("reason", "too-many-sessions")
                        .counter()
                        .count())
                .isEqualTo(1);

        table.close(first, CloseReason.PEER_CLOSED, "");
        assertThat(open(table, Intent.PLAY).id()).isNotEqualTo(first.id());
    }

    @Test
    void oneAddressHoldsNoMoreThanItsShare() {
        SessionTable shared =
                new SessionTable(new SessionLimits(10, 50, 10, 10), clock, clock::instant, new Random(1), registry);
        List<Session> opened = new ArrayList<>();
        for (int port = 1; port <= 20; port++) {
            OpenResult opening = shared.open(
                    new Permit(Protocol.RTMP, Intent.PLAY, STREAM, "192.0.2.7:" + port, null), (reason, detail) -> {});
            if (opening instanceof OpenResult.Opened(Session session)) {
                opened.add(session);
            } else {
                assertThat(((OpenResult.Refused) opening).reason()).isEqualTo(CloseReason.TOO_MANY_OF_ADDRESS);
            }
        }

        assertThat(opened).hasSize(5);
        assertThat(shared.open(
                        new Permit(Protocol.SRT, Intent.PLAY, STREAM, "192.0.2.8:1", null), (reason, detail) -> {}))
                .isInstanceOf(OpenResult.Opened.class);
        shared.close(opened.getFirst(), CloseReason.PEER_CLOSED, "");
        assertThat(shared.open(
                        new Permit(Protocol.SRT, Intent.PLAY, STREAM, "192.0.2.7:1", null), (reason, detail) -> {}))
                .isInstanceOf(OpenResult.Opened.class);
    }

    @Test
    void refusesNewSessionsOnceItDrains() {
        table.refuseNew("draining");

        assertThat(table.open(new Permit(Protocol.RTMP, Intent.PLAY, STREAM, "c", null), (reason, detail) -> {}))
                .isInstanceOfSatisfying(
                        OpenResult.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(CloseReason.DRAINED));
    }

    @Test
    void byteTotalsOfAStreamOutliveItsSessions() {
        Session publisher = open(table, Intent.PUBLISH);
        table.relaying(publisher, a, 7);
        publisher.countIn(100);
        Session viewer = open(table, Intent.PLAY);
        table.relaying(viewer, a, 8);
        viewer.countOut(40);
        table.close(viewer, CloseReason.PEER_CLOSED, "");

        assertThat(table.streamReports()).containsExactly(new StreamReport(STREAM, a.id(), 8, 1, 0, 100, 40));

        table.close(publisher, CloseReason.PEER_CLOSED, "");
        assertThat(table.streamReports()).isEmpty();
        Session again = open(table, Intent.PLAY);
        table.relaying(again, a, 9);
        assertThat(table.streamReports()).containsExactly(new StreamReport(STREAM, a.id(), 9, 0, 1, 100, 40));
        assertThat(registry.get("millrace.bytes")
                        .tag("direction", "in")
                        .functionCounter()
                        .count())
                .isEqualTo(100);
    }

    @Test
    void bytesCountForTheOriginThatCarriedThem() {
        Session publisher = open(table, Intent.PUBLISH);
        table.relaying(publisher, a, 1);
        publisher.countIn(100);
        table.relaying(publisher, b, 2);
        publisher.countIn(5);

        assertThat(table.streamReports()).containsExactly(new StreamReport(STREAM, b.id(), 2, 1, 0, 5, 0));
    }

    @Test
    void endsAStreamExceptOnTheOriginThatIsKept() {
        List<String> ended = new ArrayList<>();
        Session onA = open(table, Intent.PUBLISH, (reason, detail) -> ended.add("a " + reason));
        Session onB = open(table, Intent.PLAY, (reason, detail) -> ended.add("b " + reason));
        table.relaying(onA, a, 1);
        table.relaying(onB, b, 1);

        assertThat(table.endStream(STREAM, b.id(), CloseReason.MOVED, "moved")).isEqualTo(1);
        assertThat(ended).containsExactly("a MOVED");
        assertThat(table.end(onB.id(), CloseReason.KICKED, "")).isTrue();
        assertThat(table.end("s-none", CloseReason.KICKED, "")).isFalse();
        assertThat(ended).containsExactly("a MOVED", "b KICKED");
    }

    @Test
    void tellsAtOnceWhenAPublisherComesAndGoes() {
        AtomicInteger told = new AtomicInteger();
        table.onPublisherChange(told::incrementAndGet);
        Session viewer = open(table, Intent.PLAY);
        table.relaying(viewer, a, 1);
        table.close(viewer, CloseReason.PEER_CLOSED, "");
        assertThat(told).hasValue(0);

        Session publisher = open(table, Intent.PUBLISH);
        assertThat(told).hasValue(0);
        table.relaying(publisher, a, 1);
        assertThat(told).hasValue(1);
        table.close(publisher, CloseReason.PEER_CLOSED, "");
        assertThat(told).hasValue(2);
    }

    @Test
    void aSessionThatIsOverDoesNotStartToRelay() {
        Session session = open(table, Intent.PUBLISH);
        table.close(session, CloseReason.PEER_CLOSED, "");
        table.relaying(session, a, 1);

        assertThat(table.streamReports()).isEmpty();
        assertThat(table.journal().take().opened()).isEmpty();
    }

    @Test
    void journalKeepsChangesUntilTheyAreConfirmed() {
        Session session = open(table, Intent.PUBLISH);
        table.relaying(session, a, 1);
        SessionJournal.Changes lost = table.journal().take();
        assertThat(lost.opened()).extracting(SessionReport::id).containsExactly(session.id());

        table.close(session, CloseReason.PEER_CLOSED, "");
        SessionJournal.Changes second = table.journal().take();
        assertThat(second.opened()).isEmpty();
        assertThat(second.closed()).containsExactly(session.id());

        table.journal().confirmed(lost.upTo());
        assertThat(table.journal().take().closed()).containsExactly(session.id());
        table.journal().confirmed(second.upTo());
        assertThat(table.journal().take().closed()).isEmpty();
    }

    @Test
    void journalSaysNothingOfSessionsThatNobodyHeardOf() {
        Session session = open(table, Intent.PUBLISH);
        table.relaying(session, a, 1);
        table.close(session, CloseReason.PEER_CLOSED, "");

        assertThat(table.journal().take().opened()).isEmpty();
        assertThat(table.journal().take().closed()).isEmpty();
    }

    @Test
    void journalIsBoundedAndSaysWhenItForgot() {
        SessionJournal journal = new SessionJournal(2);
        journal.closed("1");
        journal.closed("2");
        assertThat(journal.take().overflowed()).isFalse();
        journal.closed("3");

        assertThat(journal.take().overflowed()).isTrue();
        assertThat(journal.take().closed()).isEmpty();
        journal.startOver();
        journal.closed("4");
        assertThat(journal.take().closed()).containsExactly("4");
        assertThat(journal.take().overflowed()).isFalse();
    }

    @Test
    void waitsUntilTheLastSessionHasEnded() {
        Session first = open(table, Intent.PLAY);
        Session last = open(table, Intent.PLAY);
        CompletableFuture<Boolean> none = new CompletableFuture<>();
        Thread waiting = Thread.ofPlatform().daemon().start(() -> {
            try {
                none.complete(table.awaitNone(after(Duration.ofMinutes(1))));
            } catch (InterruptedException e) {
                none.completeExceptionally(e);
            }
        });
        await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);

        table.close(first, CloseReason.PEER_CLOSED, "");
        assertThat(none).isNotDone();
        table.close(last, CloseReason.PEER_CLOSED, "");
        assertThat(none).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(true);
    }

    @Test
    void waitsNoLongerThanItMay() throws InterruptedException {
        assertThat(table.awaitNone(after(Duration.ZERO))).isTrue();
        open(table, Intent.PLAY);
        assertThat(table.awaitNone(after(Duration.ofMillis(20)))).isFalse();
    }

    private static long after(Duration limit) {
        return System.nanoTime() + limit.toNanos();
    }

    private static AccessRequest request() {
        return new AccessRequest(Protocol.RTMP, Intent.PLAY, STREAM, "10.0.0.1:5000", Credentials.NONE);
    }

    @Test
    void aPermitComesWithTheSubjectOrARefusalThatIsCounted() {
        List<Permission> given = new ArrayList<>();
        table.authorizeBy(asked -> CompletableFuture.completedFuture(new Authorizer.Verdict.Allowed("ann")));
        table.permit(request(), Runnable::run, given::add);
        table.authorizeBy(asked -> CompletableFuture.completedFuture(
                new Authorizer.Verdict.Denied(CloseReason.NOT_ALLOWED, "no signature")));
        table.permit(request(), Runnable::run, given::add);
        assertThat(given)
                .containsExactly(
                        new Permit(Protocol.RTMP, Intent.PLAY, STREAM, "10.0.0.1:5000", "ann"),
                        new OpenResult.Refused(CloseReason.NOT_ALLOWED, "no signature"));
        assertThat(registry.get("millrace.rejects")
                        .tag("reason", "not-allowed")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void whatIsDecidedLaterIsToldOnTheLoopOfTheClient() {
        CompletableFuture<Authorizer.Verdict> later = new CompletableFuture<>();
        table.authorizeBy(asked -> later);
        List<Runnable> loop = new ArrayList<>();
        List<Permission> given = new ArrayList<>();
        table.permit(request(), loop::add, given::add);
        later.complete(Authorizer.Verdict.FREE);
        assertThat(given).isEmpty();
        loop.forEach(Runnable::run);
        assertThat(given).containsExactly(new Permit(Protocol.RTMP, Intent.PLAY, STREAM, "10.0.0.1:5000", null));
    }

    @Test
    void aWorkerThatDrainsAsksNoOne() {
        table.authorizeBy(asked -> {
            throw new AssertionError("asked");
        });
        table.refuseNew("draining");
        List<Permission> given = new ArrayList<>();
        table.permit(request(), Runnable::run, given::add);
        assertThat(given).containsExactly(new OpenResult.Refused(CloseReason.DRAINED, "draining"));
    }
}
