/**
 * SRT: {@code codec} knows packets, {@code session} what caller and origin say until they agree, {@code relay} sockets; each may
 * use only what stands before it. What is touched by a session is touched on its event loop alone. No other protocol may use this
 * package.
 */
@NullMarked
package io.millrace.worker.srt;

import org.jspecify.annotations.NullMarked;
