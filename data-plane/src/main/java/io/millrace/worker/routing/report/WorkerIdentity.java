package io.millrace.worker.routing.report;

import java.time.Instant;
import java.util.function.Supplier;

/**
 * What identifies this worker when it enrols.
 *
 * @param instance one run of the process
 * @param management where the management port is, {@code host:port}; known only once it is open
 * @param api the URL at which clients reach its HTTP API, known as late; empty when unknown
 */
public record WorkerIdentity(
        String name,
        String instance,
        String version,
        String zone,
        Instant startedAt,
        Supplier<String> management,
        Supplier<String> api) {}
