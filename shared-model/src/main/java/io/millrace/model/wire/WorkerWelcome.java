package io.millrace.model.wire;

/**
 * The answer to {@link WorkerHello}.
 *
 * @param controlPlane one run of the control plane; when it changes, the worker enrols again
 */
public record WorkerWelcome(String controlPlane, int reportMillis) {}
