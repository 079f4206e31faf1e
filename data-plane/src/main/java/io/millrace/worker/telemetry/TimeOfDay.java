package io.millrace.worker.telemetry;

import java.time.InstantSource;

/**
 * The time of day, for what people and other machines read: dates in headers, when a session began, when a certificate ends. Every other
 * {@link InstantSource} in the worker is steady: it does not change when the clock of the machine is set, and is what all waiting and
 * forgetting goes by.
 */
public interface TimeOfDay extends InstantSource {}
