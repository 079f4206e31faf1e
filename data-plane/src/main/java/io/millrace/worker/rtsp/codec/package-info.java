/**
 * Messages of RTSP 1.0 (RFC 2326) and their headers as values; no channel, clock or logger. Any thread, but a reader belongs to one
 * connection. All of RTSP may depend on it.
 */
@NullMarked
package io.millrace.worker.rtsp.codec;

import org.jspecify.annotations.NullMarked;
