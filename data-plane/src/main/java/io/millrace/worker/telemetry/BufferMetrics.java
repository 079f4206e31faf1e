package io.millrace.worker.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.PooledByteBufAllocator;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** What connections hold in memory. With no connection open all of it goes back to nothing, else there is a leak. */
@Singleton
public class BufferMetrics {

    private final MeterRegistry registry;

    /** A counter over a function does not keep it. */
    private final List<LongSupplier> counted = new CopyOnWriteArrayList<>();

    BufferMetrics(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder("millrace.buffers.pooled", PooledByteBufAllocator.DEFAULT, pool -> pool.pinnedDirectMemory())
                .description("Bytes of pooled buffers in use, among them those of the cache")
                .baseUnit("bytes")
                .register(registry);
    }

    /** All are called from any thread. */
    public void show(LongSupplier pending, LongSupplier limit, LongSupplier shed, IntSupplier readBuffers) {
        Gauge.builder("millrace.pending", pending, LongSupplier::getAsLong)
                .description("Bytes that wait for peers to read them, counted by the buffers that they keep")
                .baseUnit("bytes")
                .strongReference(true)
                .register(registry);
        Gauge.builder("millrace.pending.limit", limit, LongSupplier::getAsLong)
                .description("What may wait at most before the worst stalled connections are closed")
                .baseUnit("bytes")
                .strongReference(true)
                .register(registry);
        counted.add(shed);
        FunctionCounter.builder("millrace.pending.shed", shed, LongSupplier::getAsLong)
                .description("Connections that were closed because too much waited in all")
                .register(registry);
        Gauge.builder("millrace.buffers.reading", readBuffers, IntSupplier::getAsInt)
                .description("Buffers in use of those that event loops keep for reading")
                .strongReference(true)
                .register(registry);
    }
}
