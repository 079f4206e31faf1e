/**
 * The other control planes on the same store: who they are, where they are reached, and what only they can say. Any thread; what asks
 * others waits for them, for two seconds at most, so it belongs on a thread that may block. Imports store, settings, limits, security,
 * events, streams and workers; srs, health and api may depend on it.
 */
@NullMarked
package io.millrace.control.peers;

import org.jspecify.annotations.NullMarked;
