package io.millrace.control.api.internalapi;

import io.millrace.control.api.Problem;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.routing.TablePublisher;
import io.millrace.control.security.WorkersOnly;
import io.millrace.model.table.TableVersion;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.annotation.security.PermitAll;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Workers fetch the routing table and wait for the next one; a waiting worker holds no thread. */
@Path("/internal/v1/routing-table")
@WorkersOnly
@NonBlocking
@Produces(MediaType.APPLICATION_JSON)
@PermitAll
public final class TableInternalResource {

    /** Far above any number of workers; below what would hurt. */
    private static final int MAX_WAITING = 4_096;

    private static final int RETRY_SECONDS = 5;

    private final TablePublisher publisher;

    @Inject
    public TableInternalResource(TablePublisher publisher) {
        this.publisher = publisher;
    }

    /**
     * @param worker who asks, for the access log
     * @param have the version that the worker has, as {@code epoch:sequence}; none when missing or empty
     */
    @GET
    public CompletionStage<Response> newerThan(
            @QueryParam("worker") @Nullable String worker,
            @QueryParam("have") @Nullable String have,
            @QueryParam("waitMillis") @DefaultValue("0") String waitMillis) {
        TableVersion version = version(have);
        Duration wait = wait(waitMillis);
        if (wait.isPositive() && publisher.waiting() >= MAX_WAITING) {
            Response full = Problem.of(Response.Status.SERVICE_UNAVAILABLE, MAX_WAITING + " workers wait already")
                    .toResponse();
            return CompletableFuture.completedFuture(Response.fromResponse(full)
                    .header("Retry-After", RETRY_SECONDS)
                    .build());
        }
        return publisher
                .newerThan(version, wait)
                .thenApply(answer -> answer.map(table -> Response.ok(table).build())
                        .orElseGet(() -> Response.notModified().build()));
    }

    private static @Nullable TableVersion version(@Nullable String have) {
        if (have == null || have.isEmpty()) {
            return null;
        }
        try {
            return TableVersion.parse(have);
        } catch (IllegalArgumentException e) {
            throw new InvalidFieldException("have", "have: " + e.getMessage());
        }
    }

    private static Duration wait(String millis) {
        try {
            long value = Long.parseLong(millis);
            if (value >= 0) {
                return value > TablePublisher.LONGEST_WAIT.toMillis()
                        ? TablePublisher.LONGEST_WAIT
                        : Duration.ofMillis(value);
            }
        } catch (NumberFormatException e) {
            throw notAWait(millis);
        }
        throw notAWait(millis);
    }

    private static InvalidFieldException notAWait(String millis) {
        return new InvalidFieldException(
                "waitMillis",
                "waitMillis is '" + millis + "'; allowed are 0 to " + TablePublisher.LONGEST_WAIT.toMillis());
    }
}
