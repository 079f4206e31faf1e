package io.millrace.worker;

import io.millrace.worker.net.EventLoops;
import io.millrace.worker.net.LoopTicker;
import io.millrace.worker.settings.WorkerSettings;
import io.millrace.worker.telemetry.LoopWatch;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The event loops that all media share; {@link MediaListeners} stops them. */
@Singleton
class LoopBeans {

    @Produces
    @Singleton
    EventLoops loops(WorkerSettings worker, LoopWatch loopWatch) {
        EventLoops opened = new EventLoops(worker.eventLoops());
        opened.eachTicker((LoopTicker ticker) ->
                loopWatch.register(ticker::lagMillis, () -> ticker.load().busy()));
        return opened;
    }
}
