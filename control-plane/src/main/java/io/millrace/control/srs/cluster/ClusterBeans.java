package io.millrace.control.srs.cluster;

import io.millrace.control.events.EventLog;
import io.millrace.control.peers.ClusterWorkers;
import io.millrace.control.registry.Origins;
import io.millrace.control.srs.origin.OriginApi;
import io.millrace.control.srs.origin.OriginLists;
import io.millrace.control.srs.origin.SrsApiSettings;
import io.millrace.control.start.ControlPlaneRun;
import io.millrace.control.streams.admin.StreamAdmin;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import org.eclipse.microprofile.config.ConfigProvider;

/** Puts the cluster's API together. */
@ApplicationScoped
class ClusterBeans {

    @Produces
    @Singleton
    Gather gather() {
        return new Gather();
    }

    void close(@Disposes Gather gather) {
        gather.close();
    }

    @Produces
    @Singleton
    Envelope envelope(ControlPlaneRun run) {
        String version = ConfigProvider.getConfig()
                .getOptionalValue("quarkus.application.version", String.class)
                .orElse("0");
        return new Envelope(run.id(), ProcessHandle.current().pid(), version);
    }

    @Produces
    @Singleton
    ClusterApi api(
            Origins origins,
            Gather gather,
            OriginApi api,
            OriginLists lists,
            StreamAdmin streams,
            ClusterWorkers workers,
            SrsApiSettings settings,
            Envelope envelope,
            InstantSource clock) {
        WorkerRows rows = new WorkerRows(origins, streams, workers, clock);
        return new ClusterApi(origins, gather, api, lists, rows, settings, envelope, clock);
    }

    @Produces
    @Singleton
    Versions versions(ClusterApi api) {
        return new Versions(api::versions, System::nanoTime);
    }

    @Produces
    @Singleton
    ClusterKick kick(
            Origins origins,
            OriginApi api,
            StreamAdmin streams,
            ClusterWorkers workers,
            SrsApiSettings settings,
            Envelope envelope,
            EventLog events,
            InstantSource clock) {
        WorkerRows rows = new WorkerRows(origins, streams, workers, clock);
        return new ClusterKick(origins, api, rows, workers, settings, envelope, events);
    }
}
