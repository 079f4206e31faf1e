package io.millrace.control.workers;

import io.millrace.control.config.ConfigRepository;
import io.millrace.control.events.EventLog;
import io.millrace.control.registry.Origins;
import io.millrace.control.start.ControlPlaneRun;
import io.millrace.control.start.RebuildWindow;
import io.millrace.control.store.KeyedStores;
import io.millrace.control.store.Lease;
import io.millrace.control.streams.StreamDirectory;
import io.millrace.control.time.Jobs;
import io.millrace.control.time.SteadyClock;
import io.millrace.control.workers.quota.QuotaShare;
import io.millrace.control.workers.quota.QuotaSharing;
import io.millrace.control.workers.share.WorkerShare;
import io.millrace.control.workers.share.WorkerSharing;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;

/** The directory of the process, and the clockwork that finds lost workers. */
@ApplicationScoped
class WorkerBeans {

    @Produces
    @Singleton
    WorkerDirectory directory(
            Origins origins,
            StreamDirectory streams,
            ConfigRepository config,
            EventLog events,
            SteadyClock clock,
            ControlPlaneRun run,
            KeyedStores stores,
            Lease background,
            RebuildWindow window) {
        WorkerDirectory directory =
                new WorkerDirectory(origins, streams, config, events, clock, run, sharing(stores, background));
        directory.quotas().silentUnless(() -> !window.isOpen());
        return directory;
    }

    private static Optional<WorkerSharing> sharing(KeyedStores stores, Lease background) {
        if (!stores.reachOthers()) {
            return Optional.empty();
        }
        return Optional.of(new WorkerSharing(
                stores.shared("workers", String.class, WorkerShare.class), stores::status, background::isHeld));
    }

    void watch(
            @Observes StartupEvent event,
            Jobs jobs,
            WorkerDirectory directory,
            KeyedStores stores,
            ControlPlaneRun run) {
        jobs.every(Duration.ofSeconds(1), "find lost workers", directory::findLost);
        if (stores.reachOthers()) {
            QuotaSharing sharing = new QuotaSharing(
                    stores.shared("vhost-use", String.class, QuotaShare.class), directory.quotas(), run.id());
            jobs.every(Duration.ofSeconds(1), "share use of vhosts", sharing::exchange);
        }
    }
}
