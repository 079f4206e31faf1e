package io.millrace.control.routing;

import io.millrace.control.ControlPlaneRun;
import io.millrace.control.RebuildWindow;
import io.millrace.control.config.ConfigRepository;
import io.millrace.control.events.EventLog;
import io.millrace.control.registry.Origins;
import io.millrace.control.settings.SettingText;
import io.millrace.control.settings.StartOrder;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.KeyedStores;
import io.millrace.control.store.Lease;
import io.millrace.control.store.StoreUnavailableException;
import io.millrace.control.store.Versioned;
import io.millrace.model.RoutingTable;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Starts the publisher with the process and stops it with it. */
@ApplicationScoped
class RoutingBeans {

    private static final String WINDOW = "millrace.rebuild-window";

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("routing-table").factory());

    RoutingBeans() {
        timer.setRemoveOnCancelPolicy(true);
        // Origins still change while the process ends; nobody wants another table then.
        timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    @Produces
    @Singleton
    RebuildWindow rebuildWindow(
            KeyedStores stores,
            InstantSource clock,
            @ConfigProperty(name = WINDOW, defaultValue = "5s") String length) {
        Instant begin = begin(stores.shared("state", String.class, StateBegin.class), clock.instant());
        return new RebuildWindow(clock, begin.plus(window(length)));
    }

    private static Duration window(String length) {
        return SettingText.duration(WINDOW, length, Duration.ZERO, Duration.ofHours(1));
    }

    /** When the state that is in the store began to be gathered. */
    record StateBegin(Instant at) {}

    /** Of those that share a store the first one waits for what workers know; whoever comes later finds it in the store. */
    private static Instant begin(KeyedStore<String, StateBegin> store, Instant now) {
        try {
            var outcome = store.compareAndSet("begin", Versioned.ABSENT, new StateBegin(now), null);
            return outcome.current() == null ? now : outcome.current().value().at();
        } catch (StoreUnavailableException away) {
            return now;
        }
    }

    @Produces
    @Singleton
    TablePublisher publisher(
            Origins origins,
            ConfigRepository config,
            RebuildWindow window,
            EventLog events,
            InstantSource clock,
            KeyedStores stores,
            Lease background,
            ControlPlaneRun run) {
        return new TablePublisher(
                stores.shared("routing-table", String.class, RoutingTable.class),
                background::isHeld,
                origins,
                config,
                window,
                events,
                clock,
                timer,
                run.id());
    }

    void checkSettings(
            @Observes @Priority(StartOrder.SETTINGS) StartupEvent event,
            @ConfigProperty(name = WINDOW, defaultValue = "5s") String length) {
        var _ = window(length);
    }

    void start(@Observes StartupEvent event, TablePublisher publisher) {
        publisher.start();
    }

    void stop(@Observes ShutdownEvent event, TablePublisher publisher) {
        publisher.stop();
        timer.shutdownNow();
    }
}
