/**
 * RTMP: {@code codec} knows bytes, {@code session} the order of commands, {@code relay} two connections; each may use only what
 * stands before it. What is touched by a session is touched on its event loop alone. No other protocol may use this package.
 */
@NullMarked
package io.millrace.worker.rtmp;

import org.jspecify.annotations.NullMarked;
