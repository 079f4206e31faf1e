package io.millrace.control.streams.origins;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.control.events.EventLog;
import io.millrace.control.start.ControlPlaneRun;
import io.millrace.control.store.BatchExchange;
import io.millrace.control.store.KeyedStores;
import io.millrace.control.streams.StreamSettings;
import io.millrace.control.streams.resolve.StreamState;
import io.millrace.control.time.Jobs;
import io.millrace.control.time.SteadyClock;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.function.ToDoubleFunction;

/** What origins report, and where there can be several control planes, its exchange between them. */
@ApplicationScoped
class OriginReportBeans {

    /** What comes within this time is written as one batch. */
    private static final Duration TICK = Duration.ofMillis(50);

    @Produces
    @Singleton
    OriginReports originReports(StreamState state, EventLog events, StreamSettings settings, SteadyClock clock) {
        return new OriginReports(state, events, settings, clock);
    }

    void keep(@Observes StartupEvent event, Jobs jobs, OriginReports reports) {
        jobs.every(Duration.ofSeconds(1), "keep reported streams", reports::keep);
    }

    void exchange(
            @Observes StartupEvent event,
            Jobs jobs,
            KeyedStores stores,
            ControlPlaneRun run,
            OriginReports reports,
            SteadyClock clock,
            MeterRegistry metrics) {
        if (!stores.reachOthers()) {
            return;
        }
        ReportExchange exchange = ReportExchange.open(stores, run.id(), clock, reports);
        register(metrics, exchange.notices(), "millrace.origin.words", "shared", BatchExchange::shared);
        register(metrics, exchange.notices(), "millrace.origin.words", "dropped", BatchExchange::dropped);
        register(metrics, exchange.notices(), "millrace.origin.words", "heard", BatchExchange::received);
        register(metrics, exchange.lists(), "millrace.origin.lists", "shared", ListExchange::shared);
        register(metrics, exchange.lists(), "millrace.origin.lists", "heard", ListExchange::received);
        register(metrics, exchange.lists(), "millrace.origin.lists", "missed", ListExchange::missed);
        exchange.start();
        jobs.every(TICK, "exchange what origins report", exchange::tick);
    }

    private static <T> void register(
            MeterRegistry metrics, T exchange, String name, String outcome, ToDoubleFunction<T> count) {
        FunctionCounter.builder(name, exchange, count)
                .description("What origins say, between control planes")
                .tag("outcome", outcome)
                .register(metrics);
    }
}
