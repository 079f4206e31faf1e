/**
 * RTSP: {@code codec} knows bytes, {@code session} the order of messages, {@code relay} two connections and the datagrams beside
 * them; each may use only what stands before it. What is touched by a session is touched on its event loop alone. No other protocol
 * may use this package.
 */
@NullMarked
package io.millrace.worker.rtsp;

import org.jspecify.annotations.NullMarked;
