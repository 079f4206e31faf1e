package io.millrace.control.api.internalapi;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.millrace.control.security.WorkersOnly;
import io.millrace.control.streams.StreamDirectory;
import io.millrace.model.wire.ResolveAnswer;
import io.millrace.model.wire.ResolveRequest;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.security.PermitAll;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where a stream lives, or where it should go. What is known already, which is nearly everything, is answered on the event loop; what
 * needs a decision has a thread that may wait for the store.
 */
@Path("/internal/v1/resolve")
@WorkersOnly
@NonBlocking
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@PermitAll
public final class ResolveResource {

    private final StreamDirectory streams;
    private final ExecutorService deciding = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("resolve-", 0).factory());
    private final Map<ResolveAnswer.Outcome, Timer> latency = new EnumMap<>(ResolveAnswer.Outcome.class);

    @Inject
    public ResolveResource(StreamDirectory streams, MeterRegistry metrics) {
        this.streams = streams;
        for (ResolveAnswer.Outcome outcome : ResolveAnswer.Outcome.values()) {
            latency.put(
                    outcome,
                    Timer.builder("millrace.resolve")
                            .description("Time to answer a resolve, without reading and writing JSON")
                            .tag("outcome", outcome.word())
                            .serviceLevelObjectives(
                                    Duration.ofNanos(100_000),
                                    Duration.ofNanos(500_000),
                                    Duration.ofMillis(1),
                                    Duration.ofMillis(5),
                                    Duration.ofMillis(25),
                                    Duration.ofMillis(100),
                                    Duration.ofMillis(300))
                            .register(metrics));
        }
    }

    @POST
    public CompletionStage<ResolveAnswer> resolve(@Nullable ResolveRequest request) {
        ResolveRequest checked = WireChecks.checked(request);
        long begin = System.nanoTime();
        return streams.settled(checked)
                .map(CompletableFuture::completedFuture)
                .orElseGet(() -> CompletableFuture.supplyAsync(() -> streams.resolve(checked), deciding))
                .thenApply(answer -> timed(answer, begin));
    }

    private ResolveAnswer timed(ResolveAnswer answer, long begin) {
        Timer timer = latency.get(answer.outcome());
        if (timer != null) {
            timer.record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
        }
        return answer;
    }

    @PreDestroy
    void stop() {
        deciding.shutdownNow();
    }
}
