/**
 * Two connections and one stream between them: a client's, which opens and names a stream, and an origin's, which is dialled for
 * it; then bytes both ways. A session and all it owns lives on the event loop of the client's connection; other threads
 * come in by {@link io.millrace.worker.admin.sessions.SessionHandle}.
 */
@NullMarked
package io.millrace.worker.rtmp.relay;

import org.jspecify.annotations.NullMarked;
