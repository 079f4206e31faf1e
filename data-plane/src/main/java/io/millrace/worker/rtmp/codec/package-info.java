/**
 * RTMP's bytes: handshake, chunks, messages, AMF0. Small pure types without channel, clock or logger; one instance belongs to
 * one direction of one connection and is used by that connection's event loop only.
 */
@NullMarked
package io.millrace.worker.rtmp.codec;

import org.jspecify.annotations.NullMarked;
