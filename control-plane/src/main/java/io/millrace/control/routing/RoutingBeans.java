package io.millrace.control.routing;

import io.millrace.control.access.AccessKeys;
import io.millrace.control.bans.BanList;
import io.millrace.control.config.ConfigRepository;
import io.millrace.control.events.EventLog;
import io.millrace.control.registry.Origins;
import io.millrace.control.settings.SettingText;
import io.millrace.control.start.ControlPlaneRun;
import io.millrace.control.start.RebuildWindow;
import io.millrace.control.start.StartOrder;
import io.millrace.control.store.KeyedStores;
import io.millrace.control.store.Lease;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.table.RoutingTable;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
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
        // Origins still change while the process ends; no other table is needed then.
        timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    @Produces
    @Singleton
    RebuildWindow rebuildWindow(
            KeyedStores stores, SteadyClock clock, @ConfigProperty(name = WINDOW, defaultValue = "5s") String length) {
        return new RebuildStart(stores, clock, window(length)).window();
    }

    private static Duration window(String length) {
        return SettingText.duration(WINDOW, length, Duration.ZERO, Duration.ofHours(1));
    }

    @Produces
    @Singleton
    TablePublisher publisher(
            Origins origins,
            ConfigRepository config,
            BanList bans,
            AccessKeys keys,
            RebuildWindow window,
            EventLog events,
            SteadyClock clock,
            KeyedStores stores,
            Lease background,
            ControlPlaneRun run) {
        return new TablePublisher(
                stores.shared("routing-table", String.class, RoutingTable.class),
                background::isHeld,
                origins,
                config,
                bans,
                keys,
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
