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
import io.millrace.control.time.Jobs;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.OriginId;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/** The registry of the process, and the jobs that watch origins. */
@ApplicationScoped
class RegistryBeans {

    private static final Logger LOG = Logger.getLogger(RegistryBeans.class);
    private static final Duration TICK = Duration.ofMillis(100);

    /** Only the job uses it. */
    private boolean watching;

    void checkSettings(
            @Observes @Priority(StartOrder.SETTINGS) StartupEvent event,
            RegistrySettings settings,
            DefaultBackend.Text defaultBackend) {
        DefaultBackend.of(defaultBackend);
    }

    @Produces
    @Singleton
    RegistrySettings settings(RegistrySettings.Text settings, RegistrySettings.OfSrsProxy ofSrsProxy) {
        return RegistrySettings.of(settings, ofSrsProxy);
    }

    @Produces
    @Singleton
    KeyedStore<OriginId, KnownOrigin> store(KeyedStores stores) {
        return stores.shared("origins", OriginId.class, KnownOrigin.class);
    }

    @Produces
    @Singleton
    @Startup
    OriginRegistry registry(
            KeyedStore<OriginId, KnownOrigin> store,
            ConfigRepository config,
            EventLog events,
            SteadyClock clock,
            RebuildWindow rebuild,
            RegistrySettings settings,
            DefaultBackend.Text defaultBackend) {
        return new OriginRegistry(
                store,
                config,
                events,
                clock,
                settings,
                rebuild,
                DefaultBackend.of(defaultBackend).orElse(null));
    }

    void watch(
            @Observes StartupEvent event,
            Jobs jobs,
            OriginRegistry registry,
            KeyedStore<OriginId, KnownOrigin> store,
            RegistrySettings settings,
            SteadyClock clock,
            Lease background) {
        RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
        Prober prober = new Prober(registry, new SocketProbe(random, System::nanoTime), clock, settings);
        registry.checkedBy(prober::check);
        Runnable follow = jobs.onDemand("follow origins", registry::follow);
        var _ = store.subscribe(change -> follow.run());
        jobs.every(TICK, "watch origins", () -> tick(registry, prober, background));
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
            LOG.debugf("origins not watched while the store is unavailable why=\"%s\"", away.getMessage());
            // Nor can their beats: when it is back, no origin counts as late.
            watching = false;
        }
    }
}
