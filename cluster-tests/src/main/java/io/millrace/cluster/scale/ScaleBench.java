package io.millrace.cluster.scale;

import io.millrace.cluster.load.DelayHistogram;
import io.millrace.cluster.plane.ControlPlane;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.process.CpuMeter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What control planes do under the load of a deployment of some size: resolves, reports, tables, memory. Prints figures and appends
 * them to {@code cluster-tests/target/scale-bench.jsonl}; {@code scripts/scale.sh} runs it, docs/develop/benchmarks.md says what came of it.
 */
public final class ScaleBench {

    private static final double NANOS_PER_MILLI = 1e6;
    private static final int MANY = 100;
    private static final Duration SETTLE = Duration.ofSeconds(6);

    /** Between two deaths: the next report of the witness must not fall together with its last. */
    private static final Duration BETWEEN_DEATHS = Duration.ofMillis(500);

    private final ScaleSettings settings;
    private final Deployment deployment;
    private final List<ControlPlane> planes;
    private final Simulation simulation;
    private final Figures figures;

    private ScaleBench(ScaleSettings settings, Deployment deployment, Simulation simulation) {
        this.settings = settings;
        this.deployment = deployment;
        this.planes = deployment.planes();
        this.simulation = simulation;
        this.figures = new Figures(settings);
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        ScaleSettings settings;
        try {
            settings = ScaleSettings.read();
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        try (Deployment deployment = new Deployment(settings);
                Simulation simulation = new Simulation(settings.size(), deployment.ports(), 8_080)) {
            new ScaleBench(settings, deployment, simulation).run();
        }
    }

    private void run() throws IOException, InterruptedException {
        simulation.registerOrigins();
        awaitOrigins();
        double empty = PlaneMeter.liveMegabytes(planes);
        figures.add("live heap with origins only", empty, "MB");
        enrol();
        place();
        Await.pass(SETTLE);
        ResolveRates resolves = new ResolveRates(settings, planes, figures);
        resolves.known();
        reports();
        double carried = memory(empty);
        if (settings.deaths() > 0) {
            observedDeaths();
        }
        if (settings.silence()) {
            silence();
        }
        resolves.fresh();
        sessions(carried);
        figures.add("requests refused or unanswered", (double) simulation.failures(), "");
        figures.save();
    }

    private void awaitOrigins() {
        for (ControlPlane plane : planes) {
            plane.process()
                    .await(
                            Duration.ofSeconds(30),
                            "knows all origins",
                            () -> plane.api()
                                            .get("/api/v1/routing-table")
                                            .json()
                                            .at("/table/origins")
                                            .size()
                                    >= settings.size().origins());
        }
    }

    private void enrol() {
        long begin = System.nanoTime();
        simulation.enrolWorkers();
        figures.add("all workers enrolled and have the table in", (System.nanoTime() - begin) / 1e9, "s");
        figures.add("whole table", simulation.wholeTableBytes(), "bytes");
        figures.add(
                "whole table per origin",
                (double) simulation.wholeTableBytes() / settings.size().origins(),
                "bytes");
    }

    private void place() {
        long begin = System.nanoTime();
        DelayHistogram delays = simulation.placeStreams();
        double seconds = (System.nanoTime() - begin) / 1e9;
        figures.add("placed while cold, 64 at a time", settings.size().streams() / seconds, "/s");
        figures.add("placed while cold p99", delays.quantile(0.99), "ms");
        figures.add("answers that placed nothing", (double) simulation.undecided(), "");
    }

    private void reports() {
        simulation.takeReportDelays();
        double before = PlaneMeter.cpuSeconds(planes);
        double storeBefore = CpuMeter.cpuSeconds(deployment.storePids());
        double ownBefore = CpuMeter.cpuSeconds(List.of(ProcessHandle.current().pid()));
        long begin = System.nanoTime();
        Await.pass(Duration.ofSeconds(settings.reportSeconds()));
        DelayHistogram delays = simulation.takeReportDelays();
        double seconds = (System.nanoTime() - begin) / 1e9;
        double cpu = PlaneMeter.cpuSeconds(planes) - before;
        double perReport = cpu * 1_000 / delays.total();
        double streams = (double) settings.size().streams() / settings.size().workers();
        figures.add("reports", delays.total() / seconds, "/s");
        figures.add("reports p50", delays.quantile(0.5), "ms");
        figures.add("reports p99", delays.quantile(0.99), "ms");
        figures.add("CPU of the control planes by reports", cpu / seconds * 100, "% of 1");
        figures.add("CPU per report", perReport, "ms");
        figures.add("CPU per reported stream", perReport * 1_000 / streams, "us");
        figures.add(
                "CPU of the store by reports",
                (CpuMeter.cpuSeconds(deployment.storePids()) - storeBefore) / seconds * 100,
                "% of 1");
        figures.add(
                "CPU of the simulation by reports",
                (CpuMeter.cpuSeconds(List.of(ProcessHandle.current().pid())) - ownBefore) / seconds * 100,
                "% of 1");
    }

    private double memory(double empty) {
        figures.add("RSS of a control plane", PlaneMeter.residentMegabytes(planes), "MB");
        double live = PlaneMeter.liveMegabytes(planes);
        figures.add("live heap with all streams", live, "MB");
        figures.add(
                "live heap per stream", (live - empty) * 1e6 / settings.size().streams(), "bytes");
        figures.add("RSS of the store", CpuMeter.residentBytes(deployment.storePids()) / 1e6, "MB");
        return live;
    }

    private void observedDeaths() {
        int some = Math.min(MANY, settings.size().workers());
        List<Double> first = new ArrayList<>();
        List<Double> last = new ArrayList<>();
        int bytes = 0;
        for (int i = 0; i < Math.min(settings.deaths(), settings.size().origins() - 1); i++) {
            long begin = System.nanoTime();
            DeathWatch watch = simulation.observedDeath(i);
            first.add((watch.atNanos(some) - begin) / NANOS_PER_MILLI);
            last.add((watch.atNanos(settings.size().workers()) - begin) / NANOS_PER_MILLI);
            bytes = watch.deltaBytes();
            Await.pass(BETWEEN_DEATHS);
        }
        figures.add("delta table for one origin", bytes, "bytes");
        figures.add("observed death known to " + some + " workers after", Medians.of(first, d -> d), "ms");
        figures.add("observed death known to all workers after", Medians.of(last, d -> d), "ms");
    }

    /** The origin is one that no worker has complained of. */
    private void silence() {
        int some = Math.min(MANY, settings.size().workers());
        List<String> ids = simulation.originIds();
        DeathWatch watch = new DeathWatch(ids.getLast(), settings.size().workers());
        simulation.watch(watch);
        long lastBeat = simulation.silence(ids.getLast());
        simulation.awaitTold(watch);
        figures.add("silence known to " + some + " workers after the last beat", seconds(watch, some, lastBeat), "s");
        figures.add(
                "silence known to all workers after the last beat",
                seconds(watch, settings.size().workers(), lastBeat),
                "s");
    }

    private static double seconds(DeathWatch watch, int workers, long lastBeat) {
        return (watch.atNanos(workers) - lastBeat) / 1e9;
    }

    private void sessions(double carried) {
        // Bindings of new streams that nobody carries end after a minute, and so does what is kept of them.
        Await.pass(Duration.ofSeconds(65));
        double before = PlaneMeter.liveMegabytes(planes);
        simulation.openViewers();
        Await.pass(SETTLE);
        double after = PlaneMeter.liveMegabytes(planes);
        figures.add("live heap after new streams have gone", before - carried, "MB more");
        figures.add(
                "live heap per session",
                (after - before) * 1e6 / settings.size().streams(),
                "bytes");
        figures.add("RSS of a control plane at the end", PlaneMeter.residentMegabytes(planes), "MB");
    }
}
