/**
 * The way out to origins: one attempt to connect, with a limit for each answer and at most one failure. On event loops. Uses
 * {@code telemetry}.
 */
@NullMarked
package io.millrace.worker.net.dial;

import org.jspecify.annotations.NullMarked;
