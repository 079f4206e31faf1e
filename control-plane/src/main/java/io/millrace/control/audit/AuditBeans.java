package io.millrace.control.audit;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.control.start.ControlPlaneRun;
import io.millrace.control.store.KeyedStores;
import io.millrace.control.time.Jobs;
import io.millrace.control.time.SteadyClock;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;

/** The audit of the process. */
@ApplicationScoped
class AuditBeans {

    /** In front of everything that refuses, the intake too. */
    private static final int FIRST = 10_100;

    private static final Duration WRITE = Duration.ofMillis(200);

    @Produces
    @Singleton
    AuditLog log(
            KeyedStores stores,
            ControlPlaneRun run,
            SteadyClock clock,
            InstantSource timeOfDay,
            MeterRegistry metrics) {
        AuditLog log = new AuditLog(
                stores.durable("audit", String.class, AuditBatch.class),
                stores.durable("audit-attempts", String.class, AuditBatch.class),
                run.id(),
                clock,
                timeOfDay);
        FunctionCounter.builder("millrace.audit.dropped", log, AuditLog::dropped)
                .description("Entries of the audit that are only in the log, since the store took none for long")
                .register(metrics);
        return log;
    }

    void install(@Observes Filters filters, Instance<AuditLog> log) {
        filters.register(context -> new RefusedWrites(log.get()).handle(context), FIRST);
    }

    void schedule(@Observes StartupEvent event, Jobs jobs, AuditLog log) {
        jobs.every(WRITE, "write audit", log::flush);
    }

    void writeTheLast(@Observes ShutdownEvent event, AuditLog log) {
        log.flush();
    }
}
