/**
 * What the connections of every protocol stand on. {@code flow} starts and stops reading, {@code memory} counts what waits for peers,
 * {@code loop} holds the event loops, {@code accept} takes connections in, {@code dial} connects to origins, {@code tls} and {@code udp}
 * are built on these; each room uses only those named before it. Uses only {@code settings} and {@code telemetry}; every protocol may use it.
 */
@NullMarked
package io.millrace.worker.net;

import org.jspecify.annotations.NullMarked;
