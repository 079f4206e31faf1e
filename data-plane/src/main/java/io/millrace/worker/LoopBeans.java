package io.millrace.worker;

import io.millrace.worker.net.EventLoops;
import io.millrace.worker.net.LoopTicker;
import io.millrace.worker.net.PendingBudget;
import io.millrace.worker.settings.WorkerSettings;
import io.millrace.worker.telemetry.BufferMetrics;
import io.millrace.worker.telemetry.LoopWatch;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The event loops that all media share; {@link MediaListeners} stops them. */
@Singleton
class LoopBeans {

    @Produces
    @Singleton
    EventLoops loops(WorkerSettings worker, LoopWatch loopWatch, BufferMetrics buffers) {
        PendingBudget budget = new PendingBudget(worker.pendingBytes());
        EventLoops opened = new EventLoops(worker.eventLoops(), budget);
        opened.eachTicker((LoopTicker ticker) ->
                loopWatch.register(ticker::lagMillis, () -> ticker.load().busy()));
        buffers.show(budget::pending, budget::limit, budget::shed, opened::readBuffersOutstanding);
        return opened;
    }
}
