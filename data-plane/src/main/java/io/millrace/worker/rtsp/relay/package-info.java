/**
 * Two connections and one stream between them: a client's, which names a stream, and an origin's, which is dialled for it; then
 * messages and media both ways, on the same connections or as datagrams beside them. A session and all it owns lives on the event
 * loop of the client's connection; other threads come in by {@link io.millrace.worker.admin.sessions.SessionHandle}.
 */
@NullMarked
package io.millrace.worker.rtsp.relay;

import org.jspecify.annotations.NullMarked;
