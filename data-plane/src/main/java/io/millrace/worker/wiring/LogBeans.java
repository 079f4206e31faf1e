package io.millrace.worker.wiring;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.model.log.BoundedLog;
import io.millrace.model.process.AotCache;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** No event loop ever waits for the log to be written. */
@Singleton
class LogBeans {

    private final BoundedLog log = BoundedLog.install(BoundedLog.USUAL_CAPACITY);

    void start(@Observes @Priority(1) StartupEvent event, MeterRegistry registry) {
        FunctionCounter.builder("millrace.log.dropped", log, BoundedLog::dropped)
                .description("Log lines that were not written because they are written too slowly")
                .register(registry);
    }

    /** Last, when nothing more can be wrong with the settings. */
    void started(@Observes @Priority(Integer.MAX_VALUE) StartupEvent event) {
        AotCache.logUse(System.getLogger(LogBeans.class.getName()));
    }

    void stop(@Observes ShutdownEvent event) {
        log.close();
    }
}
