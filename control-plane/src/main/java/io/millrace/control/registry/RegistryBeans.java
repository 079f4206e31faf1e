package io.millrace.control.registry;

import io.millrace.control.config.ConfigRepository;
import io.millrace.control.events.EventLog;
import io.millrace.control.registry.liveness.RegistrySettings;
import io.millrace.control.registry.origin.KnownOrigin;
import io.millrace.control.registry.probe.SocketProbe;
import io.millrace.control.start.RebuildWindow;
import io.millrace.control.start.StartOrder;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.KeyedStores;
import io.millrace.control.store.Lease;
import io.millrace.control.store.StoreUnavailableException;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.OriginId;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/** The registry of the process, and the thread that lets it notice the passing of time. */
@ApplicationScoped
class RegistryBeans {

    private static final Logger LOG = Logger.getLogger(RegistryBeans.class);
    private static final long TICK_MILLIS = 100;

    /** Touched by the ticker's thread alone. */
    private boolean watching;

    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("registry").factory());

    void checkSettings(
            @Observes @Priority(StartOrder.SETTINGS) StartupEvent event,
            RegistrySettings.Text registry,
            RegistrySettings.OfSrsProxy ofSrsProxy,
            DefaultBackend.Text defaultBackend) {
        RegistrySettings.of(registry, ofSrsProxy);
        DefaultBackend.of(defaultBackend);
    }

    @Produces
    @Singleton
    @Startup
    OriginRegistry registry(
            KeyedStores stores,
            ConfigRepository config,
            EventLog events,
            SteadyClock clock,
            RebuildWindow rebuild,
            Lease background,
            RegistrySettings.Text settingsText,
            RegistrySettings.OfSrsProxy ofSrsProxy,
            DefaultBackend.Text defaultBackend) {
        RegistrySettings settings = RegistrySettings.of(settingsText, ofSrsProxy);
        KeyedStore<OriginId, KnownOrigin> store = stores.shared("origins", OriginId.class, KnownOrigin.class);
        OriginRegistry registry = new OriginRegistry(
                store,
                config,
                events,
                clock,
                settings,
                rebuild,
                DefaultBackend.of(defaultBackend).orElse(null));
        RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
        Prober prober = new Prober(registry, new SocketProbe(random, System::nanoTime), clock, settings);
        registry.checkedBy(prober::check);
        var _ = ticker.scheduleWithFixedDelay(
                () -> tick(registry, prober, background), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        AtomicBoolean followed = new AtomicBoolean(true);
        var _ = store.subscribe(change -> {
            if (followed.compareAndSet(true, false)) {
                ticker.execute(() -> {
                    followed.set(true);
                    registry.follow();
                });
            }
        });
        return registry;
    }

    private void tick(OriginRegistry registry, Prober prober, Lease background) {
        try {
            boolean before = watching;
            watching = background.isHeld();
            if (watching && !before) {
                registry.beginWatching();
            } else if (before && !watching) {
                registry.endWatching();
            }
            if (watching) {
                registry.sweep();
                prober.round();
            }
        } catch (StoreUnavailableException away) {
            LOG.debugf("what happens to origins cannot be kept: %s", away.getMessage());
            // Nor can their beats: when it is back, nobody is late.
            watching = false;
        } catch (RuntimeException e) {
            // An exception that leaves this method would end the ticking for good.
            LOG.error("looking after the origins failed; it goes on", e);
        }
    }

    @PreDestroy
    void stop() {
        ticker.shutdownNow();
    }
}
