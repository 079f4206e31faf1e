package io.millrace.cluster.scale;

import io.millrace.cluster.load.DelayHistogram;
import io.millrace.cluster.load.ResolveLoad;
import io.millrace.cluster.plane.ControlPlane;
import io.millrace.cluster.process.CpuMeter;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Resolves at steady rates while the fleet goes on reporting. */
final class ResolveRates {

    private static final int CONNECTIONS = 64;
    private static final double KEPT_UP = 0.98;
    private static final double BUDGET_MILLIS = 5;
    private static final double HUNDRED_PERCENT = 100;

    private final ScaleSettings settings;
    private final List<ControlPlane> planes;
    private final Figures figures;

    ResolveRates(ScaleSettings settings, List<ControlPlane> planes, Figures figures) {
        this.settings = settings;
        this.planes = planes;
        this.figures = figures;
    }

    private record Measured(double answers, double p50, double p99, double p999, double planeCpu, double ownCpu) {}

    /** Streams that are bound and carried: what nearly every session asks for. */
    void known() throws IOException, InterruptedException {
        SplittableRandom random = new SplittableRandom(1);
        LongSupplier any = () -> random.nextInt(settings.size().streams());
        try (ResolveLoad load = load(CarriedStream.name(0), "play", any)) {
            if (settings.warmSeconds() > 0) {
                load.run(settings.rates().get(settings.rates().size() > 1 ? 1 : 0), settings.warmSeconds());
            }
            rates("known", settings.rates(), load);
        }
    }

    /** Streams that nobody asked for before: each is placed, and its binding ends by itself later. */
    void fresh() throws IOException, InterruptedException {
        AtomicLong next = new AtomicLong();
        try (ResolveLoad load = load("scale/new/s000000000", "publish", next::getAndIncrement)) {
            rates("new", settings.newRates(), load);
        }
    }

    private ResolveLoad load(String first, String intent, LongSupplier numbers) throws IOException {
        List<Integer> ports =
                planes.stream().map(plane -> URI.create(plane.url()).getPort()).toList();
        return new ResolveLoad(ports, CONNECTIONS, first.substring(0, first.length() - 9), intent, numbers);
    }

    private void rates(String kind, List<Integer> rates, ResolveLoad load) throws IOException, InterruptedException {
        double withinBudget = 0;
        double keptUp = 0;
        for (int rate : rates) {
            List<Measured> runs = new ArrayList<>();
            for (int run = 0; run < settings.runs(); run++) {
                runs.add(measure(load, rate));
            }
            String name = kind + " " + rate + "/s ";
            double answers = Medians.of(runs, Measured::answers);
            double p99 = Medians.of(runs, Measured::p99);
            figures.add(name + "answers", answers, "/s");
            figures.add(name + "p50", Medians.of(runs, Measured::p50), "ms");
            figures.add(name + "p99", p99, "ms");
            figures.add(name + "p99.9", Medians.of(runs, Measured::p999), "ms");
            figures.add(name + "CPU of the control planes", Medians.of(runs, Measured::planeCpu), "% of 1");
            figures.add(name + "CPU of the simulation", Medians.of(runs, Measured::ownCpu), "% of 1");
            keptUp = Math.max(keptUp, answers);
            if (answers < rate * KEPT_UP) {
                break;
            }
            withinBudget = p99 < BUDGET_MILLIS ? rate : withinBudget;
        }
        figures.add(kind + " most answers", keptUp, "/s");
        figures.add(kind + " highest rate with p99 < 5 ms", withinBudget, "/s");
    }

    private Measured measure(ResolveLoad load, int rate) throws IOException, InterruptedException {
        List<Long> own = List.of(ProcessHandle.current().pid());
        double planeBefore = PlaneMeter.cpuSeconds(planes);
        double ownBefore = CpuMeter.cpuSeconds(own);
        long begin = System.nanoTime();
        ResolveLoad.Outcome outcome = load.run(rate, settings.seconds());
        double seconds = (System.nanoTime() - begin) / 1e9;
        DelayHistogram delays = outcome.delays();
        return new Measured(
                delays.total() / outcome.seconds(),
                delays.quantile(0.5),
                delays.quantile(0.99),
                delays.quantile(0.999),
                (PlaneMeter.cpuSeconds(planes) - planeBefore) / seconds * HUNDRED_PERCENT,
                (CpuMeter.cpuSeconds(own) - ownBefore) / seconds * HUNDRED_PERCENT);
    }
}
