package io.millrace.worker.wiring;

import io.millrace.model.address.AddressShares;
import io.millrace.worker.admin.sessions.SessionLimits;
import io.millrace.worker.net.accept.OpenFiles;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.net.loop.LoopTicker;
import io.millrace.worker.net.memory.PendingBudget;
import io.millrace.worker.settings.WorkerSettings;
import io.millrace.worker.telemetry.BufferMetrics;
import io.millrace.worker.telemetry.LoopWatch;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** The event loops that all media share; they stop when the worker ends. */
@Singleton
class LoopBeans {

    private static final Logger LOG = Logger.getLogger(LoopBeans.class);

    @Produces
    @Singleton
    EventLoops loops(WorkerSettings worker, SessionLimits limits, LoopWatch loopWatch, BufferMetrics buffers) {
        PendingBudget budget = new PendingBudget(worker.pendingBytes());
        long files = OpenFiles.limit();
        AddressShares connections = new AddressShares(OpenFiles.forConnections(files), limits.maxAddressShare());
        LOG.infof(
                "connections max=%d maxAddressShare=%d%% openFiles=%d",
                connections.places(), limits.maxAddressShare(), files);
        EventLoops opened = new EventLoops(worker.eventLoops(), budget, connections);
        opened.eachTicker((LoopTicker ticker) ->
                loopWatch.register(ticker::lagMillis, () -> ticker.load().busy()));
        buffers.show(budget::pending, budget::limit, budget::shed, opened::readBuffersOutstanding);
        return opened;
    }

    void close(@Observes ShutdownEvent event, EventLoops loops) {
        loops.close();
    }
}
