package io.millrace.worker.telemetry;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;

/** What this process uses. */
@Singleton
public class ProcessLoad {

    private static final double PERCENT = 100;

    private final LoopWatch loopWatch;
    private final MeterRegistry registry;

    ProcessLoad(LoopWatch loopWatch, MeterRegistry registry) {
        this.loopWatch = loopWatch;
        this.registry = registry;
    }

    void register(@Observes StartupEvent event) {
        Gauge.builder("millrace.direct.memory", this, load -> (double) load.directMemoryBytes())
                .description("Direct memory in use by Netty")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("millrace.event.loop.lag", loopWatch, lag -> lag.worstMillis() / 1000)
                .description("How late the latest event loop runs")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("millrace.event.loop.busy", loopWatch, LoopWatch::busiest)
                .description(
                        "The share of a core that the busiest event loop takes; loops are filled one after the other")
                .register(registry);
    }

    /** Of one core: 200 means that two cores are busy. */
    public double cpuPercent() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
            double load = system.getProcessCpuLoad();
            return load < 0 ? 0 : load * PERCENT * system.getAvailableProcessors();
        }
        return 0;
    }

    public long directMemoryBytes() {
        long counted = PlatformDependent.usedDirectMemory();
        return counted >= 0 ? counted : PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    }
}
