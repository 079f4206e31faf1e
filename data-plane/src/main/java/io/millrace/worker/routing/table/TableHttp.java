package io.millrace.worker.routing.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.millrace.model.table.RoutingTable;
import io.millrace.worker.admin.Problem;
import io.millrace.worker.routing.client.Json;
import io.millrace.worker.routing.client.Reachability;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Shows the routing table in use, and whether there is one. The guard of {@code /admin} stands in front. */
@Singleton
class TableHttp {

    private final CurrentTable current;
    private final Reachability reachability;

    TableHttp(CurrentTable current, Reachability reachability) {
        this.current = current;
        this.reachability = reachability;
    }

    void register(@Observes ManagementInterface management) {
        management.router().get("/admin/routing-table").handler(this::show);
    }

    private void show(RoutingContext context) {
        Optional<RoutingTable> table = current.table();
        if (table.isEmpty()) {
            Problem.send(context, 404, "Not found", "this worker has had no routing table yet");
            return;
        }
        try {
            context.response()
                    .putHeader("Content-Type", "application/json")
                    .end(Json.MAPPER.writeValueAsString(table.get()));
        } catch (JsonProcessingException e) {
            context.fail(e);
        }
    }

    /** Without any table nothing can be placed when the control plane is away; with an old one it can. */
    @Produces
    @Singleton
    @Readiness
    HealthCheck tableReady() {
        return () -> {
            HealthCheckResponseBuilder response = HealthCheckResponse.named("routing-table")
                    .status(current.table().isPresent())
                    .withData("controlPlane", reachability.isAnswering() ? "answers" : "does not answer");
            current.table()
                    .ifPresent(table -> response.withData(
                                    "version", table.version().toString())
                            .withData("origins", table.origins().size()));
            return current.table().isPresent()
                    ? response.build()
                    : response.withData("reason", "no routing table has come yet")
                            .build();
        };
    }
}
