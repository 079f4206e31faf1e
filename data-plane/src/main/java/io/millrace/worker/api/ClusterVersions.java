package io.millrace.worker.api;

import io.millrace.worker.routing.client.ControlPlaneProxy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /api/v1/versions} answers: the control plane's answer and, while it is unavailable, the last one or this worker's own, since
 * load balancers take the answer for the worker's health. Simultaneous requests share one answer.
 */
public final class ClusterVersions {

    static final Duration KEPT = Duration.ofSeconds(1);

    private static final int OK = 200;
    private static final ControlPlaneProxy.Request REQUEST =
            new ControlPlaneProxy.Request("GET", "/srs/api/v1/versions", Map.of(), "");

    private final ControlPlaneProxy controlPlane;
    private final Duration timeout;
    private final LongSupplier nanoTime;
    private volatile String last;
    private @Nullable Asked asked;

    /**
     * @param own in JSON, until the control plane has answered
     * @param timeout of a request to the control plane
     */
    public ClusterVersions(ControlPlaneProxy controlPlane, String own, Duration timeout, LongSupplier nanoTime) {
        this.controlPlane = controlPlane;
        this.last = own;
        this.timeout = timeout;
        this.nanoTime = nanoTime;
    }

    private record Asked(CompletableFuture<String> answer, long atNanos) {}

    /** In JSON; completes on any thread, and never with a failure. */
    synchronized CompletableFuture<String> get() {
        long now = nanoTime.getAsLong();
        if (asked == null || (asked.answer().isDone() && now - asked.atNanos() >= KEPT.toNanos())) {
            asked = new Asked(ask(), now);
        }
        return asked.answer();
    }

    private CompletableFuture<String> ask() {
        return controlPlane
                .forward(REQUEST)
                .toCompletableFuture()
                .copy()
                .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .handle((answer, failure) -> {
                    if (answer != null && answer.status() == OK) {
                        last = answer.body();
                    }
                    return last;
                });
    }
}
