package io.millrace.worker.net.loop;

import io.netty.util.concurrent.EventExecutor;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;

/**
 * Ticks what lives on one event loop, each member once a second and a tenth of them at a time, and thereby measures how late and how busy the
 * loop is.
 */
public final class LoopTicker {

    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int PROBES_PER_PERIOD = 10;
    private static final long LAG_PROBE_NANOS = PERIOD_NANOS / PROBES_PER_PERIOD;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final LoopLoad load;
    private final TickWheel members = new TickWheel(PROBES_PER_PERIOD);
    private long probeDueNanos;
    private long tickedNanos;
    private long cpuNanos;
    private double worstMillis;
    private volatile double lagMillis;

    LoopTicker(EventExecutor loop, LoopLoad load) {
        this.load = load;
        long now = System.nanoTime();
        probeDueNanos = now + LAG_PROBE_NANOS;
        tickedNanos = now;
        loop.scheduleAtFixedRate(this::probe, LAG_PROBE_NANOS, LAG_PROBE_NANOS, TimeUnit.NANOSECONDS);
    }

    /** On the loop only; likewise {@link #remove}. */
    public void add(Ticking member) {
        members.add(member);
    }

    public void remove(Ticking member) {
        members.remove(member);
    }

    /** The worst delay of the last second, in milliseconds; any thread may ask. */
    public double lagMillis() {
        return lagMillis;
    }

    /** How busy the loop is; any thread may ask. */
    public LoopLoad load() {
        return load;
    }

    private void probe() {
        long now = System.nanoTime();
        worstMillis = Math.max(worstMillis, (now - probeDueNanos) / 1e6);
        probeDueNanos = now + LAG_PROBE_NANOS;
        if (now - tickedNanos >= PERIOD_NANOS) {
            lagMillis = Math.max(0, worstMillis);
            worstMillis = 0;
            measureLoad(now - tickedNanos);
            tickedNanos = now;
        }
        members.step(now);
    }

    private void measureLoad(long elapsedNanos) {
        long cpu = THREADS.getCurrentThreadCpuTime();
        load.measured((double) (cpu - cpuNanos) / elapsedNanos);
        cpuNanos = cpu;
    }
}
