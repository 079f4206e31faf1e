package io.millrace.control.health;

import io.millrace.control.RebuildWindow;
import io.millrace.control.config.ConfigRepository;
import io.millrace.control.routing.TablePublisher;
import io.millrace.control.security.ClusterToken;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.lang.management.ManagementFactory;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
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
    HealthCheck store(ConfigRepository config) {
        return () -> {
            try {
                long version = config.versioned().version();
                return HealthCheckResponse.named("store")
                        .up()
                        .withData("configVersion", version)
                        .build();
            } catch (RuntimeException unusable) {
                return down("store", "the store cannot be read: " + unusable.getMessage());
            }
        };
    }

    @Produces
    @ApplicationScoped
    @Readiness
    HealthCheck clusterToken(ClusterToken token) {
        return () -> HealthCheckResponse.named("cluster-token")
                .up()
                .withData("present", token.toString())
                .build();
    }

    @Produces
    @ApplicationScoped
    @Readiness
    HealthCheck routingTable(TablePublisher publisher, RebuildWindow window) {
        return () -> publisher
                .current()
                .map(table -> HealthCheckResponse.named("routing-table")
                        .up()
                        .withData("version", table.version().toString())
                        .withData(
                                "unpublished",
                                publisher
                                        .rejection()
                                        .map(rejection -> String.join("; ", rejection.inconsistencies()))
                                        .orElse("nothing"))
                        .build())
                .orElseGet(() -> down(
                        "routing-table",
                        window.isOpen()
                                ? "workers are still enrolling, the first table comes after " + window.end()
                                : publisher
                                        .rejection()
                                        .map(rejection -> String.join("; ", rejection.inconsistencies()))
                                        .orElse("the first table is being built")));
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
