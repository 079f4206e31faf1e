/**
 * Which addresses of this worker clients are told of: the candidates of answers, and the HTTP API for the player page. Any thread.
 * {@code session} uses the candidates, the worker's root the rest.
 */
@NullMarked
package io.millrace.worker.webrtc.announce;

import org.jspecify.annotations.NullMarked;
