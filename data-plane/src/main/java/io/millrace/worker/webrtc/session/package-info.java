/**
 * Signalling at the worker's HTTP API: a client's offer goes to the origin of its stream, and the answer comes back with candidates of this
 * worker. Any worker can end or change the session later. {@code whip} and {@code srs} are the two APIs that clients use for it. On the
 * event loop of the client's HTTP connection; uses {@code codec}, {@code announce} and {@code http}.
 */
@NullMarked
package io.millrace.worker.webrtc.session;

import org.jspecify.annotations.NullMarked;
