/**
 * The bytes of WebRTC's signalling and of the packets before its media: SDP, trickle fragments, STUN. Small pure types without
 * channel, clock or logger; any thread.
 */
@NullMarked
package io.millrace.worker.webrtc.codec;

import org.jspecify.annotations.NullMarked;
