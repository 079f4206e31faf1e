package io.millrace.worker.admin;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/** Whether this worker is alive, may be sent clients, and has started. */
@Singleton
class WorkerHealth {

    private final ListenerBoard listeners;
    private final Drain drain;

    WorkerHealth(ListenerBoard listeners, Drain drain) {
        this.listeners = listeners;
        this.drain = drain;
    }

    @Produces
    @Singleton
    @Liveness
    HealthCheck live() {
        return () -> HealthCheckResponse.up("process");
    }

    @Produces
    @Singleton
    @Readiness
    HealthCheck notDraining() {
        return () -> HealthCheckResponse.named("not-draining")
                .status(!drain.isDraining())
                .build();
    }

    @Produces
    @Singleton
    @Readiness
    HealthCheck listenersReady() {
        return this::listeners;
    }

    @Produces
    @Singleton
    @Startup
    HealthCheck listenersStarted() {
        return this::listeners;
    }

    private HealthCheckResponse listeners() {
        List<String> missing = listeners.missing();
        // A drain closes the listeners, which does not mean that the worker has not started.
        return HealthCheckResponse.named("listeners")
                .status(missing.isEmpty() || drain.isDraining())
                .withData(
                        "up",
                        listeners.allBound().entrySet().stream()
                                .map(entry -> entry.getKey() + " " + entry.getValue())
                                .collect(Collectors.joining(", ")))
                .withData("missing", String.join(", ", missing))
                .build();
    }
}
