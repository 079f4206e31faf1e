package io.millrace.control.streams.origins;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.control.start.ControlPlaneRun;
import io.millrace.control.store.KeyedStores;
import io.millrace.control.time.SteadyClock;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jboss.logging.Logger;

/** Runs the exchange between control planes on a thread of its own; where there can be only one control plane, it does nothing. */
@ApplicationScoped
class ReportExchangeSchedule {

    private static final Logger LOG = Logger.getLogger(ReportExchangeSchedule.class);

    /** What comes within this time is written at once; nobody waits for it. */
    private static final long TICK_MILLIS = 50;

    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("origin-reports").factory());

    void start(
            @Observes StartupEvent event,
            KeyedStores stores,
            ControlPlaneRun run,
            OriginReports reports,
            SteadyClock clock,
            MeterRegistry metrics) {
        if (!stores.reachOthers()) {
            return;
        }
        ReportExchange exchange = ReportExchange.open(stores, run.id(), clock, reports);
        register(metrics, exchange.words(), "millrace.origin.words", "shared", WordExchange::shared);
        register(metrics, exchange.words(), "millrace.origin.words", "dropped", WordExchange::dropped);
        register(metrics, exchange.words(), "millrace.origin.words", "heard", WordExchange::heard);
        register(metrics, exchange.lists(), "millrace.origin.lists", "shared", ListExchange::shared);
        register(metrics, exchange.lists(), "millrace.origin.lists", "heard", ListExchange::heard);
        register(metrics, exchange.lists(), "millrace.origin.lists", "missed", ListExchange::missed);
        exchange.start();
        var _ = ticker.scheduleWithFixedDelay(() -> tick(exchange), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static <T> void register(
            MeterRegistry metrics, T exchange, String name, String outcome, ToDoubleFunction<T> count) {
        FunctionCounter.builder(name, exchange, count)
                .description("What origins say, between control planes")
                .tag("outcome", outcome)
                .register(metrics);
    }

    private static void tick(ReportExchange exchange) {
        try {
            exchange.tick();
        } catch (RuntimeException e) {
            // An exception that leaves this method would end the ticking for good.
            LOG.error("exchanging what origins say failed; it goes on", e);
        }
    }

    @PreDestroy
    void stop() {
        ticker.shutdownNow();
    }
}
