package io.millrace.worker.routing.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.Incarnation;
import io.millrace.model.Intent;
import io.millrace.model.Origin;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.access.VhostGrant;
import io.millrace.model.access.VhostLimits;
import io.millrace.model.access.VhostUse;
import io.millrace.model.table.ClusterSettings;
import io.millrace.model.table.RoutingTable;
import io.millrace.model.table.TableVersion;
import io.millrace.model.wire.Directive;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.ReportAnswer;
import io.millrace.model.wire.SessionReport;
import io.millrace.model.wire.WorkerHello;
import io.millrace.model.wire.WorkerReport;
import io.millrace.model.wire.WorkerVitals;
import io.millrace.model.wire.WorkerWelcome;
import io.millrace.worker.access.limit.VhostLimiter;
import io.millrace.worker.admin.Drain;
import io.millrace.worker.admin.DrainLimits;
import io.millrace.worker.admin.ListenerBoard;
import io.millrace.worker.admin.LogLines;
import io.millrace.worker.admin.TestClock;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.Fixtures;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.routing.Conductor;
import io.millrace.worker.routing.client.FakeControlPlane;
import io.millrace.worker.routing.client.Json;
import io.millrace.worker.routing.table.CurrentTable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReporterTest {

    private static final Origin A = Fixtures.origin("a");
    private static final Origin B = Fixtures.origin("b");
    /** Longer than any test: what is told within it was told at once. */
    private static final int LONG_INTERVAL = 60_000;

    private final TestClock clock = new TestClock();
    private final FakeControlPlane controlPlane = new FakeControlPlane();
    private final Conductor conductor = new Conductor("test");
    private final CurrentTable table = new CurrentTable();
    private final SessionTable sessions = Fixtures.sessionTable(clock, 100);
    private final VhostLimiter limiter = new VhostLimiter(sessions, () -> 0);
    private final Drain drain =
            new Drain(new DrainLimits(Duration.ofMinutes(1), Duration.ofMinutes(2)), sessions, () -> {}, () -> {});
    private final ListenerBoard listeners = new ListenerBoard();
    private final List<StreamKey> forgotten = new CopyOnWriteArrayList<>();
    private final AtomicReference<Runnable> whileListing = new AtomicReference<>(() -> {});
    private final List<String> ended = new CopyOnWriteArrayList<>();
    private final LogLines log = LogLines.of(Reporter.class);
    private final LogLines directiveLog = LogLines.of(Directives.class);
    private final Reporter reporter = new Reporter(
            controlPlane,
            conductor,
            table,
            new WorkerIdentity(
                    "w",
                    "run-1",
                    "1.0",
                    "north",
                    clock.instant(),
                    () -> {
                        whileListing.get().run();
                        return "127.0.0.1:9001";
                    },
                    () -> "http://192.0.2.7:11985"),
            new Reporter.Subjects(sessions, drain, listeners, () -> WorkerVitals.NONE, limiter),
            forgotten::add,
            new Random(1));

    @AfterEach
    void close() {
        conductor.close();
        log.close();
        directiveLog.close();
    }

    private Session relaying(Intent intent, Origin origin) {
        AtomicReference<Session> opened = new AtomicReference<>();
        opened.set(Fixtures.open(sessions, intent, (reason, detail) -> {
            ended.add(opened.get().id() + " " + reason);
            sessions.close(opened.get(), reason, detail);
        }));
        sessions.relaying(opened.get(), origin, 5);
        return opened.get();
    }

    private FakeControlPlane.Asked<WorkerHello, WorkerWelcome> hello(int index) {
        await().until(() -> controlPlane.hellos.size() > index);
        return controlPlane.hellos.get(index);
    }

    private FakeControlPlane.Asked<WorkerReport, ReportAnswer> report(int index) {
        await().until(() -> controlPlane.reports.size() > index);
        return controlPlane.reports.get(index);
    }

    private void answer(int index, Directive... directives) {
        report(index).answer().complete(new ReportAnswer("cp-1", LONG_INTERVAL, List.of(directives)));
    }

    /** Enrolled, and the first report answered. */
    private void enrolled() {
        reporter.start();
        hello(0).answer().complete(new WorkerWelcome("cp-1", LONG_INTERVAL));
        answer(0);
        settle();
    }

    /** What was handed to the conductor's thread before is done after this. */
    private void settle() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        conductor.execute(() -> done.complete(null));
        done.orTimeout(10, java.util.concurrent.TimeUnit.SECONDS).join();
    }

    private void assertNothingIsToldWithin(Duration time, int reports) {
        await().during(time).atMost(time.plusSeconds(5)).until(() -> controlPlane.reports.size() == reports);
    }

    @Test
    void bringsAllThatIsNeededToRebuildTheTruth() {
        table.use(
                new RoutingTable(
                        new TableVersion("e", 3), List.of(A, B), List.of(), List.of(), ClusterSettings.DEFAULT),
                clock.instant());
        listeners.up(Protocol.RTMP, new InetSocketAddress(InetAddress.getLoopbackAddress(), 11935));
        Session session = relaying(Intent.PUBLISH, A);
        Fixtures.open(sessions, Intent.PLAY);
        reporter.start();

        WorkerHello hello = hello(0).question();
        assertThat(hello.worker()).isEqualTo("w");
        assertThat(hello.instance()).isEqualTo("run-1");
        assertThat(hello.version()).isEqualTo("1.0");
        assertThat(hello.zone()).isEqualTo("north");
        assertThat(hello.startedAt()).isEqualTo(clock.instant());
        assertThat(hello.management()).isEqualTo("127.0.0.1:9001");
        assertThat(hello.listeners()).containsExactlyEntriesOf(java.util.Map.of(Protocol.RTMP, "127.0.0.1:11935"));
        assertThat(hello.tableVersion()).isEqualTo("e:3");
        assertThat(hello.knownOrigins()).containsExactly(A, B);
        assertThat(hello.streams()).singleElement().satisfies(stream -> {
            assertThat(stream.origin()).isEqualTo(A.id());
            assertThat(stream.epoch()).isEqualTo(5);
            assertThat(stream.publishers()).isEqualTo(1);
        });
        assertThat(hello.sessions()).extracting(SessionReport::id).containsExactly(session.id());

        hello(0).answer().complete(new WorkerWelcome("cp-1", LONG_INTERVAL));
        WorkerReport first = report(0).question();
        assertThat(first.opened()).isEmpty();
        assertThat(first.streams()).hasSize(1);
        assertThat(first.phase()).isEqualTo(WorkerReport.Phase.SERVING);
    }

    @Test
    void tellsTheEndOfASessionThatOpenedWhileTheListWasMade() {
        List<Session> opened = new ArrayList<>();
        whileListing.set(() -> opened.add(relaying(Intent.PLAY, A)));
        reporter.start();
        assertThat(hello(0).question().sessions()).hasSize(1);
        Session session = opened.getFirst();
        sessions.close(session, CloseReason.PEER_CLOSED, "");
        hello(0).answer().complete(new WorkerWelcome("cp-1", LONG_INTERVAL));
        assertThat(report(0).question().closed()).containsExactly(session.id());
    }

    @Test
    void tellsWhatOpenedAndClosedUntilItIsAnswered() {
        enrolled();
        Session stays = relaying(Intent.PUBLISH, A);
        assertThat(report(1).question().opened()).extracting(SessionReport::id).containsExactly(stays.id());
        report(1).fail(0);

        assertThat(report(2).question().opened()).extracting(SessionReport::id).containsExactly(stays.id());
        answer(2);
        settle();
        sessions.close(stays, CloseReason.PEER_CLOSED, "");
        assertThat(report(3).question().opened()).isEmpty();
        assertThat(report(3).question().closed()).containsExactly(stays.id());
        assertThat(report(3).question().streams()).isEmpty();
        report(3).fail(503);

        assertThat(report(4).question().closed()).containsExactly(stays.id());
        answer(4);
        settle();
        reporter.soon();
        assertThat(report(5).question().closed()).isEmpty();
        assertThat(controlPlane.hellos).hasSize(1);
    }

    @Test
    void tellsManyChangesAtOnceInOneReport() {
        enrolled();
        for (int i = 0; i < 20; i++) {
            relaying(Intent.PUBLISH, A);
        }
        assertThat(report(1).question().opened()).hasSize(20);
        answer(1);
        assertNothingIsToldWithin(Duration.ofMillis(200), 2);
    }

    @Test
    void leavesViewersToTheNextReport() {
        enrolled();
        relaying(Intent.PLAY, A);
        assertNothingIsToldWithin(Duration.ofMillis(200), 1);
    }

    @Test
    void tellsAtOnceWhatHappenedWhileAReportWasUnderWay() {
        enrolled();
        relaying(Intent.PUBLISH, A);
        report(1);
        Session second = relaying(Intent.PUBLISH, B);
        settle();
        answer(1);
        assertThat(report(2).question().opened()).extracting(SessionReport::id).containsExactly(second.id());
    }

    @Test
    void tellsAtOnceRightAfterTheControlPlaneIsBack() {
        enrolled();
        relaying(Intent.PUBLISH, A);
        for (int i = 1; i <= 4; i++) {
            report(i).fail(0);
        }
        relaying(Intent.PUBLISH, A);
        answer(5);
        settle();
        int told = controlPlane.reports.size();
        for (int i = 6; i < told; i++) {
            answer(i);
        }
        settle();
        relaying(Intent.PUBLISH, B);
        assertThat(report(told).question().opened()).isNotEmpty();
    }

    @Test
    void tellsOfAFailedOriginAtOnceAndKeepsTheNewestOfEachKind() {
        enrolled();
        OriginObservation old = refused(A);
        clock.advance(Duration.ofMillis(5));
        OriginObservation newer = refused(A);
        reporter.observed(old);
        reporter.observed(newer);
        assertThat(report(1).question().observations()).containsExactly(newer);
        clock.advance(Duration.ofMillis(5));
        OriginObservation newest = refused(A);
        reporter.observed(newest);
        settle();
        answer(1);
        assertThat(report(2).question().observations()).containsExactly(newest);
        answer(2);
        settle();
        reporter.soon();
        assertThat(report(3).question().observations()).isEmpty();
    }

    private OriginObservation refused(Origin origin) {
        return new OriginObservation(
                origin.id(), Incarnation.UNKNOWN, OriginObservation.Failure.REFUSED, "", clock.instant());
    }

    @Test
    void enrolsAgainWhenAnotherControlPlaneAnswersOrDoesNotKnowIt() {
        enrolled();
        reporter.soon();
        report(1).answer().complete(new ReportAnswer("cp-2", LONG_INTERVAL, List.of()));
        hello(1).answer().complete(new WorkerWelcome("cp-2", LONG_INTERVAL));
        report(2).fail(404);
        hello(2).answer().complete(new WorkerWelcome("cp-2", LONG_INTERVAL));
        report(3).answer().complete(new ReportAnswer("cp-2", LONG_INTERVAL, List.of(Directive.enrol("d", "lost"))));
        hello(3).answer().complete(new WorkerWelcome("cp-2", LONG_INTERVAL));
        assertThat(report(4).question().done()).containsExactly("d");
    }

    @Test
    void enrolsAgainWhenAListenerChangedWhileItEnrolled() {
        reporter.start();
        hello(0);
        listeners.up(Protocol.RTMP, new InetSocketAddress(InetAddress.getLoopbackAddress(), 11935));
        settle();
        hello(0).answer().complete(new WorkerWelcome("cp-1", LONG_INTERVAL));
        assertThat(hello(1).question().listeners()).hasSize(1);
    }

    @Test
    void enrolsUntilItIsWelcome() {
        reporter.start();
        hello(0).fail(0);
        hello(1).fail(500);
        hello(2).answer().complete(new WorkerWelcome("cp-1", LONG_INTERVAL));
        report(0);
        assertThat(controlPlane.hellos).hasSize(3);
    }

    @Test
    void carriesOutADirectiveOnceAndTellsThatItIsDone() {
        enrolled();
        Session kicked = relaying(Intent.PLAY, A);
        Session stays = relaying(Intent.PLAY, A);
        Directive kick = Directive.endSession("d1", kicked.id(), "asked by x");
        reporter.soon();
        answer(1, kick);
        assertThat(report(2).question().done()).containsExactly("d1");
        assertThat(ended).containsExactly(kicked.id() + " KICKED");
        assertThat(report(2).question().closed()).containsExactly(kicked.id());
        report(2).fail(0);
        assertThat(report(3).question().done()).containsExactly("d1");

        // One that is repeated is told again, without haste.
        answer(3, kick);
        assertNothingIsToldWithin(Duration.ofMillis(200), 4);
        reporter.soon();
        assertThat(report(4).question().done()).containsExactly("d1");
        answer(4);
        settle();
        reporter.soon();
        assertThat(report(5).question().done()).isEmpty();
        assertThat(ended).hasSize(1);
        assertThat(sessions.find(stays.id())).isPresent();
    }

    @Test
    void tellsWhatVhostsWithLimitsHaveAndKeepsToWhatIsGranted() {
        sessions.admitBy(limiter);
        limiter.use(List.of(new VhostLimits("*", null, 10, null, null)));
        enrolled();
        Session first = relaying(Intent.PLAY, A);
        assertThat(report(1).question().use())
                .as("the first one is told of at once")
                .hasSize(1);
        Session newest = relaying(Intent.PLAY, A);
        VhostGrant grant = new VhostGrant(first.stream().vhost(), null, 1, List.of());
        report(1).answer().complete(new ReportAnswer("cp-1", LONG_INTERVAL, List.of(), List.of(grant)));
        settle();
        assertThat(ended).containsExactly(newest.id() + " VHOST_FULL");
        reporter.soon();
        assertThat(report(2).question().use())
                .containsExactly(new VhostUse(first.stream().vhost(), 0, 1, 0));
    }

    @Test
    void endsAStreamExceptOnTheOriginToKeepAndForgetsTheOldPlace() {
        enrolled();
        Session old = relaying(Intent.PUBLISH, A);
        Session kept = relaying(Intent.PLAY, B);
        answer(1, Directive.endStream("d1", Fixtures.STREAM, B.id(), "moved"));
        report(2);
        assertThat(ended).containsExactly(old.id() + " MOVED");
        assertThat(sessions.find(kept.id())).isPresent();
        assertThat(forgotten).containsExactly(Fixtures.STREAM);
    }

    @Test
    void drainsWhenToldAndSaysSo() {
        enrolled();
        relaying(Intent.PUBLISH, A);
        answer(1, Directive.drain("d1", "asked by x"));
        await().until(drain::isDraining);
        await().until(() -> controlPlane.reports.stream()
                .anyMatch(asked -> asked.question().phase() == WorkerReport.Phase.DRAINING));
    }

    @Test
    void leavesOutDirectivesThatMakeNoSense() throws Exception {
        enrolled();
        reporter.soon();
        report(1).answer().complete(Json.MAPPER.readValue("""
                        {"controlPlane":"cp-1","reportMillis":60000,"directives":[
                          {"action":"drain"},{"id":"x"},{"id":"e","action":"end-session"},
                          {"id":"s","action":"end-stream"}]}""", ReportAnswer.class));
        assertThat(report(2).question().done()).containsExactlyInAnyOrder("e", "s");
        assertThat(drain.isDraining()).isFalse();
        assertThat(directiveLog.lines())
                .filteredOn(line -> line.contains("directive ignored"))
                .hasSize(2);
    }

    @Test
    void saysOnceThatItIsRefused() {
        reporter.start();
        for (int i = 0; i < 4; i++) {
            hello(i).fail(400);
        }
        hello(4).fail(401);
        hello(5).fail(503);
        hello(6);
        assertThat(log.lines()).hasSize(1).first().asString().contains("400");
    }

    @Test
    void sendsTheLastReportAfterTheOneThatIsUnderWay() {
        enrolled();
        Session session = relaying(Intent.PUBLISH, A);
        report(1);
        sessions.close(session, CloseReason.DRAINED, "");
        CompletableFuture<Void> last = reporter.lastReport();
        settle();
        assertThat(last).isNotDone();
        answer(1);
        assertThat(report(2).question().phase()).isEqualTo(WorkerReport.Phase.DRAINING);
        assertThat(report(2).question().closed()).containsExactly(session.id());
        answer(2);
        await().until(last::isDone);
        reporter.soon();
        assertNothingIsToldWithin(Duration.ofMillis(150), 3);
    }

    @Test
    void sendsNoLastReportBeforeItIsEnrolled() {
        CompletableFuture<Void> last = reporter.lastReport();
        await().until(last::isDone);
        assertThat(controlPlane.reports).isEmpty();
    }
}
