package io.millrace.control.health;

import io.millrace.control.config.ConfigRepository;
import io.millrace.control.registry.OriginRegistry;
import io.millrace.control.routing.TablePublisher;
import io.millrace.control.start.RebuildWindow;
import io.millrace.control.store.KeyedStores;
import io.millrace.control.store.StoreStatus;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.lang.management.ManagementFactory;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/** The health checks, each with the reason when it is not up. */
@ApplicationScoped
class HealthBeans {

    /** Only what a restart would cure belongs here. */
    @Produces
    @ApplicationScoped
    @Liveness
    HealthCheck noDeadlock() {
        return () -> {
            long[] threads = ManagementFactory.getThreadMXBean().findDeadlockedThreads();
            return threads == null
                    ? HealthCheckResponse.up("threads")
                    : down("threads", threads.length + " threads wait for each other");
        };
    }

    @Produces
    @ApplicationScoped
    @Readiness
    HealthCheck store(KeyedStores stores, ConfigRepository config) {
        return () -> {
            StoreStatus status = stores.status();
            return HealthCheckResponse.named("store")
                    .status(status.writable())
                    .withData("store", status.store())
                    .withData("since", status.since().toString())
                    .withData("configVersion", config.versioned().version())
                    .withData(
                            "reason",
                            status.writable()
                                    ? "writes succeed"
                                    : status.why() + "; workers go on, and place new streams by themselves")
                    .build();
        };
    }

    /**
     * Never down. Ready means: workers may enrol, report and ask, origins may register. A Kubernetes Service sends no request to a pod
     * that is not ready, so a control plane that waited for its workers before it is ready would never get their requests; and one
     * that has no table, or a newer one that is inconsistent, still serves everything else. What is published is told as data.
     */
    @Produces
    @ApplicationScoped
    @Readiness
    HealthCheck routingTable(TablePublisher publisher, RebuildWindow window) {
        return () -> {
            HealthCheckResponseBuilder check =
                    HealthCheckResponse.named("routing-table").up();
            publisher
                    .current()
                    .ifPresentOrElse(
                            table -> check.withData("published", true)
                                    .withData("version", table.version().toString()),
                            () -> check.withData("published", false));
            if (window.isOpen()) {
                check.withData("rebuilding", "workers are enrolling; the first table comes after " + window.shownEnd());
            }
            publisher
                    .rejection()
                    .ifPresent(
                            rejection -> check.withData("unpublished", String.join("; ", rejection.inconsistencies())));
            return check.build();
        };
    }

    /** Never down: workers find out for themselves which of the origins live. */
    @Produces
    @ApplicationScoped
    @Readiness
    HealthCheck origins(OriginRegistry registry) {
        return () -> {
            int kept = registry.kept();
            return HealthCheckResponse.named("origins")
                    .up()
                    .withData("panic", kept > 0)
                    .withData("keptAlthoughTheyLookDead", kept)
                    .build();
        };
    }

    @Produces
    @ApplicationScoped
    @Startup
    HealthCheck started() {
        return () -> HealthCheckResponse.up("control-plane");
    }

    private static HealthCheckResponse down(String name, String reason) {
        return HealthCheckResponse.named(name).down().withData("reason", reason).build();
    }
}
