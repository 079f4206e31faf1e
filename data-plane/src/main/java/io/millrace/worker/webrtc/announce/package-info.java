/**
 * Which addresses of this worker clients get: the candidates of answers, and the HTTP API for the player page. Any thread.
 * {@code session} uses the candidates, {@code wiring} the rest.
 */
@NullMarked
package io.millrace.worker.webrtc.announce;

import org.jspecify.annotations.NullMarked;
