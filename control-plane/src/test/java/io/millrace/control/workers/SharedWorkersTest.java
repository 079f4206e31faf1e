package io.millrace.control.workers;

import static io.millrace.control.registry.OriginsStandIn.origin;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.millrace.control.config.ConfigStandIn;
import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.registry.OriginsStandIn;
import io.millrace.control.start.ControlPlaneRun;
import io.millrace.control.store.LockChecks;
import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.control.streams.StreamsStandIn;
import io.millrace.control.time.MovableClock;
import io.millrace.control.workers.share.WorkerShare;
import io.millrace.control.workers.share.WorkerSharing;
import io.millrace.control.workers.state.WorkerPhase;
import io.millrace.control.workers.state.WorkerSnapshot;
import io.millrace.model.Intent;
import io.millrace.model.OriginId;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.table.ClusterSettings;
import io.millrace.model.table.TableVersion;
import io.millrace.model.wire.AlternativeWorker;
import io.millrace.model.wire.Directive;
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
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Two control planes that share a store, and workers that change over between them. */
class SharedWorkersTest {

    private static final OriginId A = new OriginId("a");
    private static final Duration REPORT = Duration.ofMillis(ClusterSettings.DEFAULT.reportMillis());
    private static final Duration UNTIL_LOST = REPORT.multipliedBy(3).plusMillis(1_001);
    private static final Duration UNTIL_EXPIRED = UNTIL_LOST.multipliedBy(2);

    private final MovableClock clock = new MovableClock();
    private final MemoryKeyedStore<String, WorkerShare> store = new MemoryKeyedStore<>(clock);
    private final LockChecks locks = new LockChecks();
    private final Replica one = new Replica("cp-one", true);
    private final Replica two = new Replica("cp-two", true);

    /** One control plane. */
    private final class Replica {
        final StreamsStandIn streams = new StreamsStandIn();
        final EventLog events = new EventLog(clock, 10_000);
        final FlakyStore<String, WorkerShare> handle = new FlakyStore<>(locks.of(store), clock);
        final WorkerDirectory directory;

        Replica(String run, boolean reportsLosses) {
            directory = new WorkerDirectory(
                    new OriginsStandIn(),
                    streams,
                    new ConfigStandIn(),
                    events,
                    clock,
                    new ControlPlaneRun(run),
                    Optional.of(new WorkerSharing(handle, handle::status, () -> reportsLosses)));
        }

        ReportAnswer beat(String worker, StreamReport... reports) {
            return beat(worker, Phase.SERVING, reports);
        }

        ReportAnswer beat(String worker, Phase phase, StreamReport... reports) {
            return directory.report(
                    worker,
                    new WorkerReport(
                            "i1",
                            phase,
                            "cp-test:1",
                            new WorkerVitals(7, 0, 0, 12.5, 0, 0),
                            List.of(reports),
                            List.of(),
                            List.of(),
                            List.of(),
                            List.of()));
        }

        WorkerSnapshot see(String worker) {
            return directory.find(worker).orElseThrow();
        }

        List<EventKind> kinds() {
            return events.after(0, event -> true, 10_000).stream()
                    .map(event -> event.kind())
                    .toList();
        }
    }

    private static StreamReport carries(String stream, int publishers, long bytes) {
        return new StreamReport(StreamKey.parse("v/live/" + stream), A, 3, publishers, 1, bytes, bytes);
    }

    private static WorkerHello hello(String worker, String instance) {
        return new WorkerHello(
                worker,
                instance,
                "1",
                "z1",
                Instant.EPOCH,
                Map.of(Protocol.RTMP, "127.0.0.1:11935"),
                "127.0.0.1:9001",
                "http://" + worker + ":11985",
                null,
                List.of(origin("a")),
                List.of(carries("show", 1, 0)),
                List.of(new SessionReport(
                        "s1",
                        Protocol.RTMP,
                        Intent.PUBLISH,
                        StreamKey.parse("v/live/show"),
                        A,
                        "203.0.113.7:5",
                        null,
                        Instant.EPOCH)));
    }

    private void passes(Duration time) {
        clock.advance(time);
        store.sweep();
    }

    private static List<Directive.Action> asked(ReportAnswer answer) {
        return answer.directives().stream().map(Directive::action).toList();
    }

    @Test
    void everyControlPlaneKnowsAWorkerThatReportsToOne() {
        one.directory.hello(hello("w", "i1"));
        WorkerSnapshot seen = two.see("w");
        assertThat(seen.controlPlane()).isEqualTo("cp-one");
        assertThat(seen.phase()).isEqualTo(WorkerPhase.SERVING);
        assertThat(seen.sessions()).isEqualTo(1);
        assertThat(seen.hello().listeners()).containsEntry(Protocol.RTMP, "127.0.0.1:11935");
        assertThat(seen.hello().knownOrigins()).isEmpty();
        assertThat(two.streams.elsewhere.get("w")).containsExactly(carries("show", 1, 0));
        assertThat(two.streams.reported).isEmpty();
        assertThat(two.kinds()).isEmpty();
        assertThat(two.directory.standIn("x")).contains(new AlternativeWorker("w", "http://w:11985"));
        assertThat(two.directory.all()).extracting(WorkerSnapshot::controlPlane).containsExactly("cp-one");
    }

    @Test
    void noLockIsHeldAcrossACallToTheStore() {
        one.directory.hello(hello("w", "i1"));
        one.beat("w", carries("show", 1, 0), carries("other", 1, 0));
        passes(Duration.ofMillis(210));
        one.directory.findLost();
        one.directory.hello(hello("lost", "i1"));
        two.directory.hello(hello("w", "i1"));
        passes(UNTIL_LOST);
        one.directory.findLost();
        assertThat(one.see("lost").phase()).isEqualTo(WorkerPhase.LOST);
        assertThat(locks.passed()).as("claims, reports, an end").isGreaterThanOrEqualTo(5);
    }

    @Test
    void anEntryComesBackAsItWasThroughJson() throws Exception {
        one.directory.hello(hello("w", "i1"));
        one.directory.acknowledge("w", new TableAck("i1", new TableVersion("cp-one", 4), "a vhost stands twice"));
        passes(REPORT);
        one.beat("w", carries("show", 1, 5));
        WorkerShare share = store.find("w").orElseThrow().value();
        assertThat(share.rejectedTable()).isNotNull();
        ObjectMapper json = JsonMapper.builder().addModule(new JavaTimeModule()).build();
        assertThat(json.readValue(json.writeValueAsString(share), WorkerShare.class))
                .isEqualTo(share);
    }

    @Test
    void aControlPlaneThatStartsLaterReadsWhatIsThere() {
        one.directory.hello(hello("w", "i1"));
        Replica three = new Replica("cp-three", true);
        assertThat(three.see("w").controlPlane()).isEqualTo("cp-one");
        assertThat(three.streams.elsewhere).containsOnlyKeys("w");
    }

    @Test
    void figuresWaitButNewsDoNot() {
        one.directory.hello(hello("w", "i1"));
        int after = one.handle.writes.get();
        passes(Duration.ofMillis(500));
        one.beat("w", carries("show", 1, 1_000));
        assertThat(one.handle.writes).as("only figures changed").hasValue(after);
        one.beat("w", carries("show", 1, 1_000), carries("other", 0, 0));
        assertThat(one.handle.writes).hasValue(after + 1);
        assertThat(two.streams.elsewhere.get("w")).hasSize(2);
        one.beat("w", carries("show", 0, 1_000), carries("other", 0, 0));
        assertThat(one.handle.writes).as("too soon after the last").hasValue(after + 1);
        passes(Duration.ofMillis(210));
        one.directory.findLost();
        assertThat(two.streams.elsewhere.get("w")).contains(carries("show", 0, 1_000));
        one.beat("w", Phase.DRAINING, carries("show", 0, 1_000), carries("other", 0, 0));
        passes(Duration.ofMillis(210));
        one.directory.findLost();
        assertThat(two.see("w").phase()).isEqualTo(WorkerPhase.DRAINING);
    }

    @Test
    void aWorkerThatReportsSeldomStaysKnownEverywhere() {
        one.directory.hello(hello("w", "i1"));
        for (int i = 0; i < 20; i++) {
            passes(UNTIL_LOST.minusMillis(1));
            assertThat(asked(one.beat("w", carries("show", 1, i)))).isEmpty();
            one.directory.findLost();
            two.directory.findLost();
        }
        assertThat(two.see("w").phase()).isEqualTo(WorkerPhase.SERVING);
        assertThat(two.see("w").vitals().cpuPercent()).isEqualTo(12.5);
    }

    @Test
    void theNewestEnrolmentDecidesWhoseItIs() {
        one.directory.hello(hello("w", "i1"));
        passes(Duration.ofSeconds(6));
        assertThat(asked(two.beat("w"))).containsExactly(Directive.Action.ENROL);
        assertThat(one.see("w").controlPlane()).as("a report is no enrolment").isEqualTo("cp-one");

        two.directory.hello(hello("w", "i1"));
        assertThat(one.see("w").controlPlane()).isEqualTo("cp-two");
        assertThat(one.directory.sessions(null, entry -> true, 10)).isEmpty();
        assertThat(one.streams.elsewhere).containsOnlyKeys("w");
        assertThat(one.kinds()).containsExactly(EventKind.WORKER_ENROLLED);
        assertThat(two.events.after(0, event -> true, 10))
                .singleElement()
                .satisfies(event -> assertThat(event.message()).contains("comesFrom=cp-one"));
        two.beat("w", carries("show", 1, 0));
        passes(UNTIL_LOST);
        two.beat("w", carries("show", 1, 0));
        one.directory.findLost();
        assertThat(one.kinds()).as("it is not lost, it is elsewhere").containsExactly(EventKind.WORKER_ENROLLED);
        assertThat(asked(one.beat("w"))).containsExactly(Directive.Action.ENROL);
    }

    @Test
    void aWorkerWhoseRequestsAreSpreadIsKnownToAllAndRecordedOnce() {
        for (int i = 0; i < 10; i++) {
            Replica here = i % 2 == 0 ? one : two;
            here.directory.hello(hello("w", "i1"));
            passes(REPORT);
            one.directory.findLost();
            two.directory.findLost();
            assertThat(one.see("w").phase()).isEqualTo(WorkerPhase.SERVING);
            assertThat(two.see("w").controlPlane()).isEqualTo(one.see("w").controlPlane());
        }
        assertThat(one.kinds()).containsExactly(EventKind.WORKER_ENROLLED);
        assertThat(two.kinds()).isEmpty();
    }

    @Test
    void anOrderToDrainGoesAlong() {
        one.directory.hello(hello("w", "i1"));
        one.directory.drain("w", "a test");
        passes(REPORT);
        one.beat("w", carries("show", 1, 0));
        assertThat(two.see("w").drainRequested()).isTrue();
        two.directory.hello(hello("w", "i1"));
        assertThat(asked(two.beat("w"))).containsExactly(Directive.Action.DRAIN);
    }

    @Test
    void theControlPlaneOfAWorkerRecordsItsLossOnce() {
        one.directory.hello(hello("w", "i1"));
        passes(UNTIL_LOST);
        one.directory.findLost();
        two.directory.findLost();
        assertThat(one.kinds()).containsExactly(EventKind.WORKER_ENROLLED, EventKind.WORKER_LOST);
        assertThat(two.kinds()).isEmpty();
        assertThat(two.see("w").phase()).isEqualTo(WorkerPhase.LOST);
        assertThat(two.see("w").streams()).isZero();
        assertThat(two.streams.forgotten).containsExactly("w");
        passes(Duration.ofMinutes(11));
        one.directory.findLost();
        two.directory.findLost();
        assertThat(one.directory.all()).isEmpty();
        assertThat(two.directory.all()).isEmpty();
    }

    @Test
    void whenAControlPlaneEndsWithItsWorkerOneOfTheOthersRecordsTheLoss() {
        Replica silent = new Replica("cp-silent", false);
        one.directory.hello(hello("w", "i1"));
        passes(UNTIL_EXPIRED);
        two.directory.findLost();
        silent.directory.findLost();
        assertThat(two.kinds()).containsExactly(EventKind.WORKER_LOST);
        assertThat(silent.kinds()).isEmpty();
        assertThat(silent.see("w").phase()).isEqualTo(WorkerPhase.LOST);
        assertThat(silent.streams.forgotten).containsExactly("w");
    }

    @Test
    void aWorkerThatEnrolsElsewhereWhenItsControlPlaneEndsIsNeverLost() {
        one.directory.hello(hello("w", "i1"));
        passes(Duration.ofSeconds(6));
        two.directory.hello(hello("w", "i1"));
        for (int i = 0; i < 10; i++) {
            passes(REPORT);
            two.beat("w", carries("show", 1, 0));
            two.directory.findLost();
        }
        assertThat(two.see("w").controlPlane()).isEqualTo("cp-two");
        assertThat(two.kinds()).containsExactly(EventKind.WORKER_ENROLLED);
    }

    @Test
    void reportsGoOnWhileTheStoreIsUnavailable() {
        one.directory.hello(hello("w", "i1"));
        one.handle.failing();
        passes(REPORT);
        assertThat(asked(one.beat("w", carries("other", 1, 0)))).isEmpty();
        assertThat(one.streams.reported.get("w")).containsExactly(carries("other", 1, 0));
        assertThat(one.directory.unsharedReports()).isEqualTo(1);
        one.handle.away();
        passes(REPORT);
        one.beat("w", carries("other", 1, 0));
        one.directory.hello(hello("new", "i1"));
        assertThat(two.directory.find("new")).isEmpty();
        assertThat(two.streams.elsewhere.get("w")).as("the picture is kept").containsExactly(carries("show", 1, 0));
        one.handle.back();
        one.directory.findLost();
        assertThat(two.see("new").controlPlane()).isEqualTo("cp-one");
        assertThat(two.streams.elsewhere.get("w")).containsExactly(carries("other", 1, 0));
    }

    @Test
    void aWorkerThatChangesOverWhileTheStoreIsUnavailableIsNotLost() {
        one.directory.hello(hello("w", "i1"));
        one.handle.away();
        two.handle.away();
        passes(Duration.ofSeconds(1));
        two.directory.hello(hello("w", "i1"));
        for (int i = 0; i < 5; i++) {
            passes(REPORT);
            two.beat("w", carries("show", 1, 0));
            one.directory.findLost();
            two.directory.findLost();
        }
        assertThat(one.see("w").phase()).isEqualTo(WorkerPhase.SERVING);
        assertThat(two.see("w").controlPlane()).isEqualTo("cp-two");
        one.handle.back();
        two.handle.back();
        one.directory.findLost();
        two.directory.findLost();
        assertThat(one.see("w").controlPlane()).isEqualTo("cp-two");
        assertThat(one.kinds()).containsExactly(EventKind.WORKER_ENROLLED);
        assertThat(asked(two.beat("w", carries("show", 1, 0)))).isEmpty();
    }

    @Test
    void aWorkerThatEndsWhileTheStoreIsUnavailableIsLostSomeTimeAfterItsReturn() {
        one.directory.hello(hello("w", "i1"));
        one.handle.away();
        passes(UNTIL_LOST);
        one.directory.findLost();
        assertThat(one.see("w").phase()).isEqualTo(WorkerPhase.SERVING);
        one.handle.back();
        one.directory.findLost();
        assertThat(one.see("w").phase()).isEqualTo(WorkerPhase.SERVING);
        passes(UNTIL_LOST);
        one.directory.findLost();
        assertThat(one.see("w").phase()).isEqualTo(WorkerPhase.LOST);
    }

    @Test
    void anEntryThatTheStoreLostIsWrittenAgain() {
        one.directory.hello(hello("w", "i1"));
        store.remove("w", store.find("w").orElseThrow().version());
        assertThat(two.see("w").phase()).isEqualTo(WorkerPhase.LOST);
        assertThat(asked(one.beat("w", carries("show", 1, 0)))).isEmpty();
        assertThat(two.see("w").phase()).isEqualTo(WorkerPhase.SERVING);
    }

    @Test
    void anotherRunUnderTheNameTakesItsPlaceWithAnEvent() {
        one.directory.hello(hello("w", "i1"));
        two.directory.hello(hello("w", "i2"));
        assertThat(one.see("w").hello().instance()).isEqualTo("i2");
        assertThat(two.kinds()).containsExactly(EventKind.WORKER_ENROLLED);
    }
}
