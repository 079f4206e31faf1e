/**
 * WHIP, WHEP and SRS's older API at the worker's HTTP API: a client's offer goes to the origin of its stream, the answer comes back
 * leading to this worker, and whoever ends or changes the session later may do so at any worker. On the event loop of the client's
 * HTTP connection; uses {@code codec} and {@code http}.
 */
@NullMarked
package io.millrace.worker.webrtc.session;

import org.jspecify.annotations.NullMarked;
