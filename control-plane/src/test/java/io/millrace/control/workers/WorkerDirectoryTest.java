package io.millrace.control.workers;

import static io.millrace.control.registry.OriginsStandIn.origin;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.config.ConfigStandIn;
import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.registry.OriginsStandIn;
import io.millrace.control.start.ControlPlaneRun;
import io.millrace.control.streams.StreamDirectory.Eviction;
import io.millrace.control.streams.StreamsStandIn;
import io.millrace.control.time.AwakeClock;
import io.millrace.control.time.MovableClock;
import io.millrace.control.workers.session.SessionEntry;
import io.millrace.control.workers.session.SessionPosition;
import io.millrace.control.workers.state.Directives;
import io.millrace.control.workers.state.RejectedTable;
import io.millrace.control.workers.state.WorkerPhase;
import io.millrace.control.workers.state.WorkerSnapshot;
import io.millrace.model.Incarnation;
import io.millrace.model.Intent;
import io.millrace.model.OriginId;
import io.millrace.model.OriginState;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.table.ClusterSettings;
import io.millrace.model.table.TableVersion;
import io.millrace.model.wire.AlternativeWorker;
import io.millrace.model.wire.Directive;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.ReportAnswer;
import io.millrace.model.wire.SessionReport;
import io.millrace.model.wire.StreamReport;
import io.millrace.model.wire.TableAck;
import io.millrace.model.wire.WorkerHello;
import io.millrace.model.wire.WorkerReport;
import io.millrace.model.wire.WorkerReport.Phase;
import io.millrace.model.wire.WorkerVitals;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WorkerDirectoryTest {

    private static final StreamKey SHOW = StreamKey.parse("v/live/show");
    private static final OriginId A = new OriginId("a");
    private static final Duration UNTIL_LOST = Duration.ofMillis(3L * ClusterSettings.DEFAULT.reportMillis() + 1_001);

    private final OriginsStandIn origins = new OriginsStandIn();
    private final StreamsStandIn streams = new StreamsStandIn();
    private final MovableClock clock = new MovableClock();
    private final EventLog events = new EventLog(clock, 10_000);
    private final WorkerDirectory directory =
            new WorkerDirectory(origins, streams, new ConfigStandIn(), events, clock, new ControlPlaneRun("cp-test"));

    private static SessionReport session(String id) {
        return new SessionReport(id, Protocol.RTMP, Intent.PLAY, SHOW, A, "203.0.113.7:5", null, Instant.EPOCH);
    }

    private static WorkerHello hello(String worker, String instance, SessionReport... sessions) {
        return new WorkerHello(
                worker,
                instance,
                "1",
                "",
                Instant.EPOCH,
                Map.of(Protocol.RTMP, "127.0.0.1:11935"),
                "127.0.0.1:9001",
                "http://" + worker + ":11985",
                null,
                List.of(origin("a")),
                List.of(new StreamReport(SHOW, A, 3, 1, 0, 0, 0)),
                List.of(sessions));
    }

    private static WorkerReport report(
            String instance, Phase phase, List<SessionReport> opened, List<String> closed, List<String> done) {
        return new WorkerReport(
                instance, phase, "cp-test:1", WorkerVitals.NONE, List.of(), opened, closed, List.of(), done);
    }

    private ReportAnswer beat(String... done) {
        return directory.report("w", report("i1", Phase.SERVING, List.of(), List.of(), List.of(done)));
    }

    private List<EventKind> kinds() {
        return events.after(0, event -> true, 10_000).stream()
                .map(event -> event.kind())
                .toList();
    }

    private WorkerSnapshot w() {
        return directory.find("w").orElseThrow();
    }

    @Test
    void takesInWhatAWorkerBringsAlong() {
        assertThat(directory.hello(hello("w", "i1", session("s1"))).controlPlane())
                .isEqualTo("cp-test");
        assertThat(origins.find(A).orElseThrow().state()).isEqualTo(OriginState.SUSPECT);
        assertThat(streams.reported.get("w")).hasSize(1);
        assertThat(w().sessions()).isEqualTo(1);
        assertThat(kinds()).containsExactly(EventKind.WORKER_ENROLLED);
    }

    @Test
    void namesTheLeastLoadedOfTheOthersThatServe() {
        assertThat(directory.standIn("w")).isEmpty();
        directory.hello(hello("w", "i1"));
        assertThat(directory.standIn("w")).as("only itself is there").isEmpty();
        directory.hello(hello("busy", "i2", session("s1"), session("s2")));
        directory.hello(hello("calm", "i3", session("s3")));
        assertThat(directory.standIn("w")).contains(new AlternativeWorker("calm", "http://calm:11985"));
        directory.drain("calm", "a test");
        assertThat(directory.standIn("w")).contains(new AlternativeWorker("busy", "http://busy:11985"));
        clock.advance(Duration.ofMinutes(1));
        directory.findLost();
        assertThat(directory.standIn("w")).as("they stopped reporting").isEmpty();
    }

    @Test
    void asksUnknownWorkersToEnrolButBelievesWhatTheySawOfOrigins() {
        OriginObservation seen =
                new OriginObservation(A, Incarnation.UNKNOWN, OriginObservation.Failure.REFUSED, "", clock.instant());
        ReportAnswer answer = directory.report(
                "w",
                new WorkerReport(
                        "i1",
                        Phase.SERVING,
                        null,
                        WorkerVitals.NONE,
                        List.of(),
                        List.of(session("s1")),
                        List.of(),
                        List.of(seen),
                        List.of()));
        assertThat(answer.directives())
                .singleElement()
                .extracting(Directive::action)
                .isEqualTo(Directive.Action.ENROL);
        assertThat(origins.observed()).containsExactly(seen);
        assertThat(directory.all()).isEmpty();
        assertThat(streams.reported).isEmpty();
    }

    @Test
    void asksAnotherInstanceToEnrolAndIgnoresItsReport() {
        directory.hello(hello("w", "i1"));
        ReportAnswer answer =
                directory.report("w", report("i2", Phase.SERVING, List.of(session("x")), List.of(), List.of()));
        assertThat(answer.directives())
                .singleElement()
                .extracting(Directive::action)
                .isEqualTo(Directive.Action.ENROL);
        assertThat(w().sessions()).isZero();
        assertThat(directory.acknowledge("w", new TableAck("i2", new TableVersion("e", 1), "")))
                .isFalse();
    }

    @Test
    void losesAWorkerAfterThreeMissedReportsAndSlack() {
        directory.hello(hello("w", "i1", session("s1")));
        clock.advance(UNTIL_LOST.minusMillis(1));
        directory.findLost();
        assertThat(w().phase()).isEqualTo(WorkerPhase.SERVING);
        clock.advance(Duration.ofMillis(1));
        directory.findLost();
        directory.findLost();
        assertThat(w().phase()).isEqualTo(WorkerPhase.LOST);
        assertThat(w().sessions()).isZero();
        assertThat(streams.forgotten).containsExactly("w");
        assertThat(kinds()).containsExactly(EventKind.WORKER_ENROLLED, EventKind.WORKER_LOST);
        assertThat(beat().directives()).extracting(Directive::action).containsExactly(Directive.Action.ENROL);
        clock.advance(Duration.ofMinutes(10));
        directory.findLost();
        assertThat(directory.all()).isEmpty();
    }

    @Test
    void keepsAWorkerThatReports() {
        directory.hello(hello("w", "i1"));
        for (int i = 0; i < 10; i++) {
            clock.advance(UNTIL_LOST.minusMillis(1));
            beat();
            directory.findLost();
        }
        assertThat(w().phase()).isEqualTo(WorkerPhase.SERVING);
    }

    @Test
    void followsSessionsByTheirDeltasEvenWhenAReportIsRepeated() {
        directory.hello(hello("w", "i1", session("s1")));
        WorkerReport delta =
                report("i1", Phase.SERVING, List.of(session("s2"), session("s3")), List.of("s1", "s3"), List.of());
        directory.report("w", delta);
        directory.report("w", delta);
        assertThat(directory.sessions(null, entry -> true, 10))
                .extracting(entry -> entry.session().id())
                .containsExactly("s2");
        directory.hello(hello("w", "i1", session("s4")));
        assertThat(directory.sessions(null, entry -> true, 10))
                .extracting(entry -> entry.session().id())
                .containsExactly("s4");
    }

    @Test
    void listsSessionsOfAllWorkersInPages() {
        directory.hello(hello("w", "i1", session("s1"), session("s3")));
        directory.hello(hello("x", "i1", session("s2"), session("s3"), session("s4")));
        List<SessionEntry> first = directory.sessions(null, entry -> true, 3);
        assertThat(first)
                .extracting(SessionEntry::position)
                .containsExactly(
                        new SessionPosition("s1", "w"), new SessionPosition("s2", "x"), new SessionPosition("s3", "w"));
        assertThat(directory.sessions(first.getLast().position(), entry -> true, 3))
                .extracting(SessionEntry::position)
                .containsExactly(new SessionPosition("s3", "x"), new SessionPosition("s4", "x"));
    }

    @Test
    void repeatsADirectiveUntilItIsDone() {
        directory.hello(hello("w", "i1", session("s1")));
        assertThat(directory.kick("s1", null, "operator")).isEqualTo(Order.GIVEN);
        assertThat(directory.kick("s1", null, "operator")).isEqualTo(Order.GIVEN);
        Directive first = beat().directives().getFirst();
        assertThat(first.session()).isEqualTo("s1");
        assertThat(beat().directives()).containsExactly(first);
        assertThat(beat(first.id()).directives()).isEmpty();
        assertThat(kinds()).containsOnlyOnce(EventKind.SESSION_KICKED);
    }

    @Test
    void dropsAKickWhenTheSessionEndedByItself() {
        directory.hello(hello("w", "i1", session("s1")));
        directory.kick("s1", null, "operator");
        ReportAnswer answer = directory.report("w", report("i1", Phase.SERVING, List.of(), List.of("s1"), List.of()));
        assertThat(answer.directives()).isEmpty();
    }

    @Test
    void knowsWhichWorkerMustEndASession() {
        directory.hello(hello("w", "i1", session("same")));
        directory.hello(hello("x", "i1", session("same")));
        assertThat(directory.kick("same", null, "operator")).isEqualTo(Order.AMBIGUOUS);
        assertThat(directory.kick("same", "x", "operator")).isEqualTo(Order.GIVEN);
        assertThat(directory.kick("other", null, "operator")).isEqualTo(Order.UNKNOWN);
        assertThat(beat().directives()).isEmpty();
    }

    @Test
    void boundsWhatAWorkerIsAsked() {
        SessionReport[] many = IntStream.range(0, Directives.MAX_PENDING + 1)
                .mapToObj(i -> session("s" + i))
                .toArray(SessionReport[]::new);
        directory.hello(hello("w", "i1", many));
        for (int i = 0; i < Directives.MAX_PENDING; i++) {
            assertThat(directory.kick("s" + i, null, "operator")).isEqualTo(Order.GIVEN);
        }
        assertThat(directory.kick("s" + Directives.MAX_PENDING, null, "operator"))
                .isEqualTo(Order.QUEUE_FULL);
        assertThat(beat().directives())
                .as("the oldest first")
                .extracting(Directive::session)
                .containsExactlyElementsOf(IntStream.range(0, Directives.MAX_SENT)
                        .mapToObj(i -> "s" + i)
                        .toList());
        assertThat(w().pendingDirectives()).isEqualTo(Directives.MAX_PENDING);
    }

    @Test
    void turnsEvictionsIntoDirectivesAndDropsThoseThatNoLongerHold() {
        directory.hello(hello("w", "i1"));
        streams.evictions = List.of(new Eviction(SHOW, A, "moved"));
        Directive first = beat().directives().getFirst();
        assertThat(first.action()).isEqualTo(Directive.Action.END_STREAM);
        assertThat(first.stream()).isEqualTo(SHOW);
        assertThat(first.keepOrigin()).isEqualTo(A);
        assertThat(beat().directives()).containsExactly(first);
        streams.evictions = List.of(new Eviction(SHOW, new OriginId("b"), "moved again"));
        Directive second = beat().directives().getFirst();
        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(second.keepOrigin()).isEqualTo(new OriginId("b"));
        streams.evictions = List.of();
        assertThat(beat().directives()).isEmpty();
    }

    @Test
    void drainsAWorkerUntilItSaysThatItDrains() {
        directory.hello(hello("w", "i1"));
        assertThat(directory.drain("w", "operator")).isEqualTo(Order.GIVEN);
        assertThat(directory.drain("w", "operator")).isEqualTo(Order.GIVEN);
        assertThat(w().drainRequested()).isTrue();
        assertThat(beat().directives()).extracting(Directive::action).containsExactly(Directive.Action.DRAIN);
        ReportAnswer answer = directory.report("w", report("i1", Phase.DRAINING, List.of(), List.of(), List.of()));
        assertThat(answer.directives()).isEmpty();
        assertThat(w().phase()).isEqualTo(WorkerPhase.DRAINING);
        assertThat(directory.drain("nobody", "operator")).isEqualTo(Order.UNKNOWN);
    }

    @Test
    void asksANewInstanceNothingThatWasMeantForTheOld() {
        directory.hello(hello("w", "i1"));
        directory.drain("w", "operator");
        directory.hello(hello("w", "i2"));
        assertThat(directory
                        .report("w", report("i2", Phase.SERVING, List.of(), List.of(), List.of()))
                        .directives())
                .isEmpty();
    }

    @Test
    void remembersWhichTableAWorkerAppliedOrRefused() {
        directory.hello(hello("w", "i1"));
        assertThat(w().appliedTable()).isNull();
        TableVersion one = new TableVersion("cp-test", 1);
        directory.acknowledge("w", new TableAck("i1", one, ""));
        directory.acknowledge("w", new TableAck("i1", one.next(), "a vhost stands twice"));
        assertThat(w().appliedTable()).isEqualTo(one);
        assertThat(w().rejectedTable())
                .isEqualTo(new RejectedTable(one.next(), "a vhost stands twice", clock.instant()));
        assertThat(kinds()).contains(EventKind.TABLE_REJECTED);
        directory.acknowledge("w", new TableAck("i1", one.next().next(), ""));
        assertThat(w().rejectedTable()).isNull();
    }

    @Test
    void warnsWhenTwoWorkersRunUnderOneName() {
        directory.hello(hello("w", "i1"));
        directory.hello(hello("w", "i2"));
        assertThat(events.before(Long.MAX_VALUE, event -> true, 1).getFirst().message())
                .contains("replaces=i1")
                .contains("do two workers run under one name?");
    }

    @Test
    void noWorkerIsLostBecauseTheClockIsSetOrTheProcessStoodStill() {
        AtomicReference<Instant> timeOfDay = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
        AtomicLong nanos = new AtomicLong();
        AwakeClock awake = new AwakeClock(timeOfDay::get, nanos::get);
        WorkerDirectory watching = new WorkerDirectory(
                origins, streams, new ConfigStandIn(), events, awake, new ControlPlaneRun("cp-test"));
        watching.hello(hello("w", "i1", session("s1")));
        timeOfDay.updateAndGet(now -> now.plusSeconds(60));
        watching.findLost();
        assertThat(watching.find("w").orElseThrow().phase()).isEqualTo(WorkerPhase.SERVING);
        assertThat(watching.find("w").orElseThrow().lastHeardAt())
                .as("shown by the clock of the day")
                .isEqualTo(timeOfDay.get());
        timeOfDay.updateAndGet(now -> now.minusSeconds(120));
        watching.findLost();
        nanos.addAndGet(Duration.ofSeconds(30).toNanos());
        watching.findLost();
        assertThat(watching.find("w").orElseThrow().phase()).isEqualTo(WorkerPhase.SERVING);
        assertThat(watching.sessions(null, entry -> true, 10)).hasSize(1);
    }
}
