package io.millrace.control.srs.poll;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.control.registry.Origins;
import io.millrace.control.srs.origin.OriginLists;
import io.millrace.control.srs.origin.SrsApiSettings;
import io.millrace.control.start.StartOrder;
import io.millrace.control.store.Lease;
import io.millrace.control.streams.origins.OriginReports;
import io.millrace.control.time.Jobs;
import io.millrace.control.time.SteadyClock;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The poll of the process. */
@ApplicationScoped
class PollBeans {

    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("origin-poll-", 0).factory());

    @Produces
    @Singleton
    PollSettings settings(
            @ConfigProperty(name = "millrace.origin-poll-interval", defaultValue = "10s") String interval) {
        return PollSettings.of(interval);
    }

    /** Making the settings checks them. */
    void checkSettings(@Observes @Priority(StartOrder.SETTINGS) StartupEvent event, PollSettings settings) {}

    @Produces
    @Singleton
    OriginPoll poll(
            Origins origins,
            OriginLists lists,
            OriginReports reports,
            PollSettings settings,
            SrsApiSettings api,
            SteadyClock clock) {
        return new OriginPoll(
                origins,
                lists,
                reports,
                settings.interval(),
                api.deadline(),
                clock,
                () -> ThreadLocalRandom.current().nextLong(),
                threads);
    }

    @PreDestroy
    void stop() {
        threads.shutdownNow();
    }

    void register(@Observes StartupEvent event, OriginPoll poll, OriginReports reports, MeterRegistry metrics) {
        FunctionCounter.builder("millrace.origin.polls", poll, OriginPoll::done)
                .description("Stream lists read from origins")
                .tag("outcome", "read")
                .register(metrics);
        FunctionCounter.builder("millrace.origin.polls", poll, OriginPoll::failed)
                .description("Stream lists read from origins")
                .tag("outcome", "failed")
                .register(metrics);
        Gauge.builder("millrace.origin.reported.streams", reports::size)
                .description("Live streams that origins themselves tell of")
                .register(metrics);
    }

    void schedule(@Observes StartupEvent event, Jobs jobs, OriginPoll poll, Lease background) {
        jobs.every(Duration.ofSeconds(1), "poll origins", background.whileHeld(poll::tick));
    }
}
