/**
 * The text of HLS playlists (RFC 8216 and its second edition, with Low-Latency HLS): which URIs stand where and what a cache must know.
 * Immutable values without channel, clock or logger, safe on any thread.
 */
@NullMarked
package io.millrace.worker.hls.codec;

import org.jspecify.annotations.NullMarked;
