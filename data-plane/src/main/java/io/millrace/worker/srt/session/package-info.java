/**
 * What caller, gateway and origin say until they agree: the cookie that costs us nothing, what a caller asks for, its handshake
 * replayed to an origin. No sockets and no timers; each object belongs to one event loop unless it says otherwise.
 */
@NullMarked
package io.millrace.worker.srt.session;

import org.jspecify.annotations.NullMarked;
