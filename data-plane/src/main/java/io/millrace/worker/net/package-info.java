/**
 * What every protocol's connections stand on: event loops, ticking, back-pressure between two connections. Uses only the
 * worker's {@code telemetry}; every protocol may use it.
 */
@NullMarked
package io.millrace.worker.net;

import org.jspecify.annotations.NullMarked;
