package io.millrace.worker.webrtc.codec;

/** A STUN transaction id: 96 random bits that come back in the response. */
public record StunId(long high, int low) {}
