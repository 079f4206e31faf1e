/**
 * WebRTC through any worker: {@code codec} knows SDP and STUN, {@code session} the HTTP calls of WHIP, WHEP and of SRS's older API,
 * {@code announce} the addresses that clients are told of, {@code relay} the datagrams. Signalling may happen at one worker and media arrive at another, so what both need to know stands
 * here and in the control plane. Media lives on event loops.
 */
@NullMarked
package io.millrace.worker.webrtc;

import org.jspecify.annotations.NullMarked;
