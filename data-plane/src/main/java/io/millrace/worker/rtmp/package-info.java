/**
 * RTMP through the worker. Inside: {@code codec} (bytes and nothing else) {@literal <-} {@code session} (the order of commands)
 * {@literal <-} {@code relay} (two connections). No other protocol imports this package, and this one imports no other.
 */
@NullMarked
package io.millrace.worker.rtmp;

import org.jspecify.annotations.NullMarked;
