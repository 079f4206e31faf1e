/**
 * The datagrams of WebRTC between clients and origins, and the same in TCP connections (RFC 6544). A session lives on the event loop
 * where its first packet came, with one socket of its own towards its origin; everything here that is not said to be for any thread
 * belongs to one loop. Only {@code wiring} depends on it.
 *
 * <p>No address is sent anything that the origin has not agreed to: a packet from a new address goes on only if it is a
 * connectivity check for a session that is known, only the origin can tell whether the check is genuine, and until it has answered
 * that with success nothing else passes from or to that address.
 */
@NullMarked
package io.millrace.worker.webrtc.relay;

import org.jspecify.annotations.NullMarked;
