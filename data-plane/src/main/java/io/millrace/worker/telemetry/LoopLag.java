package io.millrace.worker.telemetry;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;

/** How late the event loops run; whoever owns loops measures it and registers here. */
@ApplicationScoped
public class LoopLag {

    private final List<DoubleSupplier> loops = new CopyOnWriteArrayList<>();

    /** @param millis how late that loop ran lately, in milliseconds; called from any thread */
    public void register(DoubleSupplier millis) {
        loops.add(millis);
    }

    /** The latest of all loops. */
    public double worstMillis() {
        return loops.stream().mapToDouble(DoubleSupplier::getAsDouble).max().orElse(0);
    }
}
