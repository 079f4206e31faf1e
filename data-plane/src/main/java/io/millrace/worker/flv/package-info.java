/**
 * Live streams as one endless answer of HTTP: FLV and MPEG-TS, plain or over WebSocket. This package claims requests; {@code codec} knows
 * bytes; {@code relay} brings a viewer to an origin and passes on what it sends. All on the client's event loop.
 */
@NullMarked
package io.millrace.worker.flv;

import org.jspecify.annotations.NullMarked;
