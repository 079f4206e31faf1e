package io.millrace.control.health;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.peers.EventSharing;
import io.millrace.control.peers.PeerClient;
import io.millrace.control.peers.Peers;
import io.millrace.control.routing.TableLag;
import io.millrace.control.routing.TablePublisher;
import io.millrace.control.security.RefusedCallers;
import io.millrace.control.start.ControlPlaneRun;
import io.millrace.control.streams.StreamDirectory;
import io.millrace.control.time.Jobs;
import io.millrace.control.workers.WorkerDirectory;
import io.millrace.control.workers.state.WorkerPhase;
import io.millrace.control.workers.state.WorkerSnapshot;
import io.millrace.model.table.RoutingTable;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Everything the control plane counts, except how long resolves take, which is measured where they are answered. */
@ApplicationScoped
class ControlPlaneMetrics {

    private final MeterRegistry metrics;
    private final StreamDirectory streams;
    private final WorkerDirectory workers;
    private final TablePublisher publisher;
    private final EventLog events;
    private final RefusedCallers refused;
    private final ControlPlaneRun run;
    private final Peers peers;
    private final PeerClient peerClient;
    private final EventSharing shared;
    private final MultiGauge versionsBehind;
    private final MultiGauge secondsBehind;

    // Only the thread of refreshLags, one at a time, uses it.
    private Set<String> withRows = Set.of();

    @Inject
    ControlPlaneMetrics(
            MeterRegistry metrics,
            StreamDirectory streams,
            WorkerDirectory workers,
            TablePublisher publisher,
            EventLog events,
            RefusedCallers refused,
            ControlPlaneRun run,
            Peers peers,
            PeerClient peerClient,
            EventSharing shared) {
        this.metrics = metrics;
        this.streams = streams;
        this.workers = workers;
        this.publisher = publisher;
        this.events = events;
        this.refused = refused;
        this.run = run;
        this.peers = peers;
        this.peerClient = peerClient;
        this.shared = shared;
        versionsBehind = MultiGauge.builder("millrace.worker.table.lag.versions")
                .description("Table versions a worker is behind; NaN when its table is of another control plane")
                .register(metrics);
        secondsBehind = MultiGauge.builder("millrace.worker.table.lag.seconds")
                .description("Time since the first table version that a worker lacks was published")
                .register(metrics);
    }

    void register(@Observes StartupEvent event) {
        gauge("millrace.bindings", "Streams bound to an origin", Tags.empty(), streams::size);
        gauge("millrace.streams", "Streams that workers carry", Tags.empty(), streams::carried);
        gauge(
                "millrace.sessions",
                "Client sessions on all workers",
                Tags.empty(),
                () -> reporting().mapToInt(WorkerSnapshot::sessions).sum());
        registerTable();
        registerWorkers();
        registerShares();
        registerPeers();
        countEvents();
        FunctionCounter.builder("millrace.internal.refused", refused, RefusedCallers::total)
                .description("Calls refused for want of the cluster token, a log-in or a role")
                .register(metrics);
    }

    private void registerTable() {
        gauge(
                "millrace.table.sequence",
                "Sequence of the routing table",
                Tags.empty(),
                () -> tableFigure(table -> table.version().sequence()));
        gauge(
                "millrace.table.origins",
                "Origins in the routing table",
                Tags.empty(),
                () -> tableFigure(table -> table.origins().size()));
        gauge(
                "millrace.table.rules",
                "Rules in the routing table",
                Tags.empty(),
                () -> tableFigure(table -> table.rules().size()));
        gauge("millrace.table.waiting", "Workers waiting for the next table", Tags.empty(), publisher::waiting);
        FunctionCounter.builder("millrace.table.unpublished", publisher, TablePublisher::rejections)
                .description("Tables that were not published because they are inconsistent")
                .register(metrics);
    }

    private void registerWorkers() {
        for (WorkerPhase phase : WorkerPhase.values()) {
            gauge(
                    "millrace.workers",
                    "Workers by phase",
                    Tags.of("phase", phase.word()),
                    () -> count(worker -> worker.phase() == phase));
        }
        gauge(
                "millrace.workers.refusing.table",
                "Workers that refused the last table",
                Tags.empty(),
                () -> count(worker -> worker.rejectedTable() != null));
        gauge(
                "millrace.directives.pending",
                "Directives not yet carried out",
                Tags.empty(),
                () -> workers.all().stream()
                        .mapToInt(WorkerSnapshot::pendingDirectives)
                        .sum());
    }

    private void registerPeers() {
        gauge(
                "millrace.control.planes",
                "Control planes on the same store, this one included",
                Tags.empty(),
                () -> peers.all().size());
        FunctionCounter.builder("millrace.peers.unanswered", peerClient, PeerClient::unanswered)
                .description("Questions to other control planes that got no answer")
                .register(metrics);
        FunctionCounter.builder("millrace.events.unshared", shared, EventSharing::dropped)
                .description("Events that the other control planes were not told of")
                .register(metrics);
    }

    private void registerShares() {
        gauge(
                "millrace.workers.here",
                "Workers that report to this control plane, not to another one",
                Tags.empty(),
                () -> count(worker -> worker.phase() != WorkerPhase.LOST
                        && worker.controlPlane().equals(run.id())));
        FunctionCounter.builder("millrace.workers.unshared", workers, WorkerDirectory::unsharedReports)
                .description(
                        "Reports that the other control planes were not told of, since the store did not take them")
                .register(metrics);
    }

    private void countEvents() {
        Map<EventKind, Counter> counters = new EnumMap<>(EventKind.class);
        for (EventKind kind : EventKind.values()) {
            counters.put(
                    kind,
                    Counter.builder("millrace.events")
                            .description("Events by kind")
                            .tag("kind", kind.word())
                            .register(metrics));
        }
        events.follow(event -> {
            Counter counter = counters.get(event.kind());
            if (counter != null && events.isOwn(event)) {
                counter.increment();
            }
        });
    }

    /** Workers come and go, so it is looked from time to time whether they are those that have rows; the figures are read when asked for. */
    void schedule(@Observes StartupEvent event, Jobs jobs) {
        jobs.every(Duration.ofSeconds(1), "refresh rows of workers", this::refreshLags);
    }

    private void refreshLags() {
        Set<String> present = reporting()
                .filter(worker -> worker.controlPlane().equals(run.id()))
                .map(worker -> worker.hello().worker())
                .collect(Collectors.toSet());
        if (present.equals(withRows)) {
            return;
        }
        versionsBehind.register(
                rows(present, lag -> {
                    Long versions = lag.versions();
                    return versions == null ? Double.NaN : versions;
                }),
                true);
        secondsBehind.register(rows(present, lag -> (double) lag.millis() / TimeUnit.SECONDS.toMillis(1)), true);
        withRows = present;
    }

    private List<MultiGauge.Row<?>> rows(Set<String> present, ToDoubleFunction<TableLag> figure) {
        return present.stream()
                .<MultiGauge.Row<?>>map(name -> MultiGauge.Row.of(
                        Tags.of("worker", name),
                        () -> workers.find(name)
                                .map(worker -> figure.applyAsDouble(publisher.lag(worker.appliedTable())))
                                .orElse(Double.NaN)))
                .toList();
    }

    private java.util.stream.Stream<WorkerSnapshot> reporting() {
        return workers.all().stream().filter(worker -> worker.phase() != WorkerPhase.LOST);
    }

    private long count(Predicate<WorkerSnapshot> which) {
        return workers.all().stream().filter(which).count();
    }

    private double tableFigure(ToDoubleFunction<RoutingTable> figure) {
        return publisher.current().map(figure::applyAsDouble).orElse(0.0);
    }

    private void gauge(String name, String description, Tags tags, java.util.function.Supplier<Number> value) {
        Gauge.builder(name, value).description(description).tags(tags).register(metrics);
    }
}
