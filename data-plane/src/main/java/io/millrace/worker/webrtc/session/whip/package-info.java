/**
 * WHIP (RFC 9725) and WHEP: paths, methods and bodies that are descriptions. On the event loop of the client's HTTP connection; only
 * {@code wiring} uses it.
 */
@NullMarked
package io.millrace.worker.webrtc.session.whip;

import org.jspecify.annotations.NullMarked;
