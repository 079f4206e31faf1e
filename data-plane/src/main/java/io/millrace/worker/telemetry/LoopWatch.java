package io.millrace.worker.telemetry;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;

/** How late and how busy the event loops run; the owner of the loops measures it and registers here. */
@ApplicationScoped
public class LoopWatch {

    private final List<Loop> loops = new CopyOnWriteArrayList<>();

    private record Loop(DoubleSupplier lagMillis, DoubleSupplier busy) {}

    /**
     * Both are called from any thread.
     *
     * @param lagMillis how late that loop ran lately, in milliseconds
     * @param busy the share of a core that it took lately
     */
    public void register(DoubleSupplier lagMillis, DoubleSupplier busy) {
        loops.add(new Loop(lagMillis, busy));
    }

    /** The latest of all loops. */
    public double worstMillis() {
        return worst(loop -> loop.lagMillis.getAsDouble());
    }

    /** The busiest of all loops, 1 being a whole core. */
    public double busiest() {
        return worst(loop -> loop.busy.getAsDouble());
    }

    private double worst(ToDoubleFunction<Loop> measure) {
        return loops.stream().mapToDouble(measure).max().orElse(0);
    }
}
