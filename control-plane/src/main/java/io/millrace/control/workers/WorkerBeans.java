package io.millrace.control.workers;

import io.millrace.control.ControlPlaneRun;
import io.millrace.control.config.ConfigRepository;
import io.millrace.control.events.EventLog;
import io.millrace.control.registry.Origins;
import io.millrace.control.streams.StreamDirectory;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;

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
            InstantSource clock,
            ControlPlaneRun run) {
        return new WorkerDirectory(origins, streams, config, events, clock, run);
    }

    @ApplicationScoped
    static class Watch {

        private final WorkerDirectory directory;

        @Inject
        Watch(WorkerDirectory directory) {
            this.directory = directory;
        }

        @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
        void findLost() {
            directory.findLost();
        }
    }
}
