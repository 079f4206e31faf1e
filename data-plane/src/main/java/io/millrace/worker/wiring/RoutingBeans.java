package io.millrace.worker.wiring;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.model.settings.ClusterToken;
import io.millrace.model.table.RoutingTable;
import io.millrace.model.wire.WorkerVitals;
import io.millrace.worker.access.limit.VhostLimiter;
import io.millrace.worker.admin.Drain;
import io.millrace.worker.admin.ListenerBoard;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.routing.Conductor;
import io.millrace.worker.routing.RoutingSettings;
import io.millrace.worker.routing.client.AlternativeWorkers;
import io.millrace.worker.routing.client.ControlPlaneClient;
import io.millrace.worker.routing.client.ControlPlaneProxy;
import io.millrace.worker.routing.client.ControlPlaneTargets;
import io.millrace.worker.routing.client.MediaRouteBook;
import io.millrace.worker.routing.client.Reachability;
import io.millrace.worker.routing.report.ApiUrl;
import io.millrace.worker.routing.report.Reporter;
import io.millrace.worker.routing.report.StarvedViewers;
import io.millrace.worker.routing.report.WorkerIdentity;
import io.millrace.worker.routing.resolve.BindingCache;
import io.millrace.worker.routing.resolve.ResolveMetrics;
import io.millrace.worker.routing.resolve.Router;
import io.millrace.worker.routing.resolve.TableRouter;
import io.millrace.worker.routing.table.CurrentTable;
import io.millrace.worker.routing.table.TableFile;
import io.millrace.worker.routing.table.TableKeeper;
import io.millrace.worker.settings.WorkerSettings;
import io.millrace.worker.telemetry.LoopWatch;
import io.millrace.worker.telemetry.ProcessLoad;
import io.millrace.worker.telemetry.TimeOfDay;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/** Builds the parts of routing, starts them before and after the listeners, and stops them. */
@Singleton
class RoutingBeans {

    private static final Logger LOG = Logger.getLogger(RoutingBeans.class);

    /** Before the listeners, which start at the default priority of 2500. */
    private static final int EARLY = 500;
    /** After the listeners: the hello names them. */
    private static final int LATE = 5_000;

    private static final int INSTANCE_BYTES = 6;
    private static final long LAST_REPORT_MILLIS = 500;

    private final Conductor conductor = new Conductor("routing");
    private final Conductor deadlines = new Conductor("resolve-deadlines");
    private final Reachability reachability = new Reachability();
    private final CurrentTable current = new CurrentTable();
    private final ControlPlaneClient client;
    private final RandomGenerator random;
    private final TableKeeper keeper;
    private final Reporter reporter;
    private final TableRouter router;
    private final StarvedViewers starvedViewers;

    RoutingBeans(
            RoutingSettings settings,
            WorkerSettings worker,
            ClusterToken token,
            SessionTable sessions,
            VhostLimiter limiter,
            Drain drain,
            ListenerBoard listeners,
            ProcessLoad load,
            LoopWatch loopWatch,
            InstantSource clock,
            TimeOfDay timeOfDay,
            RandomGenerator random,
            MeterRegistry registry,
            Config config) {
        this.random = random;
        BindingCache bindings = new BindingCache(settings.cacheSize());
        String instance = HexFormat.of().formatHex(randomBytes(random));
        client = new ControlPlaneClient(
                ControlPlaneTargets.of(
                        settings.controlPlanes(), worker.name(), host -> List.of(InetAddress.getAllByName(host))),
                worker.name(),
                token,
                reachability);
        keeper = new TableKeeper(client, conductor, current, new TableFile(worker.dataDir()), instance, clock, random);
        reporter = new Reporter(
                client,
                conductor,
                current,
                new WorkerIdentity(
                        worker.name(),
                        instance,
                        config.getOptionalValue("quarkus.application.version", String.class)
                                .orElse("unknown"),
                        worker.zone(),
                        timeOfDay.instant(),
                        () -> managementAddress(config),
                        new ApiUrl(worker.apiUrl(), listeners, settings.controlPlanes())),
                new Reporter.Subjects(
                        sessions,
                        drain,
                        listeners,
                        () -> new WorkerVitals(
                                sessions.size(),
                                sessions.bytesIn(),
                                sessions.bytesOut(),
                                load.cpuPercent(),
                                load.directMemoryBytes(),
                                loopWatch.worstMillis()),
                        limiter),
                bindings::forget,
                random);
        router = new TableRouter(
                new TableRouter.RouterParts(
                        worker.name(),
                        client,
                        reachability,
                        current,
                        clock,
                        deadlines,
                        settings.resolveDeadline(),
                        bindings,
                        new ResolveMetrics(registry)),
                List.of(reporter::observed));
        starvedViewers = new StarvedViewers(sessions::sessions, router::failed, clock);
        gauges(registry, clock);
    }

    private static byte[] randomBytes(RandomGenerator random) {
        byte[] bytes = new byte[INSTANCE_BYTES];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Asked for late: a port of 0 is known only once it is open. */
    private static String managementAddress(Config config) {
        String host =
                config.getOptionalValue("quarkus.management.host", String.class).orElse("127.0.0.1");
        String port =
                config.getOptionalValue("quarkus.management.port", String.class).orElse("9001");
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    private void gauges(MeterRegistry registry, InstantSource clock) {
        Gauge.builder(
                        "millrace.table.sequence",
                        current,
                        table -> table.table()
                                .map(RoutingTable::version)
                                .map(version -> (double) version.sequence())
                                .orElse(0.0))
                .description("Sequence of the routing table in use, 0 when there is none")
                .register(registry);
        Gauge.builder(
                        "millrace.table.age",
                        current,
                        table -> table.since()
                                .map(since ->
                                        Duration.between(since, clock.instant()).toMillis() / 1000.0)
                                .orElse(0.0))
                .description("How long the routing table has been in use")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("millrace.control.plane.reachable", reachability, state -> state.isAnswering() ? 1 : 0)
                .description("1 while the control plane answers")
                .register(registry);
    }

    @Produces
    @Singleton
    Router router() {
        return router;
    }

    @Produces
    @Singleton
    CurrentTable currentTable() {
        return current;
    }

    @Produces
    @Singleton
    Reachability reachability() {
        return reachability;
    }

    @Produces
    @Singleton
    MediaRouteBook mediaRouteBook() {
        return client;
    }

    @Produces
    @Singleton
    AlternativeWorkers alternatives() {
        return client::alternativeWorker;
    }

    @Produces
    @Singleton
    ControlPlaneProxy controlPlaneProxy() {
        return client.proxy();
    }

    void loadTable(@Observes @Priority(EARLY) StartupEvent event) {
        keeper.load();
        keeper.start();
        client.keepBalanced(conductor, random);
    }

    void enrol(@Observes @Priority(LATE) StartupEvent event) {
        reporter.start();
        sampleViewers();
    }

    private void sampleViewers() {
        conductor.after(StarvedViewers.PERIOD, () -> {
            sampleViewers();
            starvedViewers.sample();
        });
    }

    void stop(@Observes ShutdownEvent event) {
        keeper.stop();
        try {
            reporter.lastReport().get(LAST_REPORT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            LOG.debugf("the last report was not answered: %s", e);
        }
        reachability.stopping();
        conductor.close();
        deadlines.close();
        client.close();
    }
}
