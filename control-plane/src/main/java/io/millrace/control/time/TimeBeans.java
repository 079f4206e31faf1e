package io.millrace.control.time;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The two clocks of the process. Classes that need the time are given one of them, and a test gives another. */
@ApplicationScoped
class TimeBeans {

    private static final long BEAT_MILLIS = 50;

    private final ScheduledExecutorService beating = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("clock").factory());

    /** The time of day, for what people read; it decides nothing. */
    @Produces
    @Typed(InstantSource.class)
    InstantSource timeOfDay() {
        return Clock.systemUTC();
    }

    /** What decisions are taken by. */
    @Produces
    @Singleton
    @Typed(SteadyClock.class)
    SteadyClock steady(MeterRegistry registry) {
        AwakeClock clock = new AwakeClock(Clock.systemUTC(), System::nanoTime);
        var _ = beating.scheduleWithFixedDelay(clock::beat, BEAT_MILLIS, BEAT_MILLIS, TimeUnit.MILLISECONDS);
        FunctionCounter.builder("millrace.process.pauses", clock, AwakeClock::pauses)
                .description("How often the process stood still for more than a second")
                .register(registry);
        FunctionCounter.builder(
                        "millrace.process.paused",
                        clock,
                        awake -> awake.paused().toMillis() / 1000.0)
                .description("For how long the process stood still in all")
                .baseUnit("seconds")
                .register(registry);
        return clock;
    }

    @PreDestroy
    void stop() {
        beating.shutdownNow();
    }
}
