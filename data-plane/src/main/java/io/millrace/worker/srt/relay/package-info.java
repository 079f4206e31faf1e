/**
 * SRT's sockets: the one that all callers of an event loop share, and one for each session towards its origin. What is there for a
 * client address lives on the loop to which the kernel brings that address; other threads come in by
 * {@link io.millrace.worker.admin.sessions.SessionHandle}.
 */
@NullMarked
package io.millrace.worker.srt.relay;

import org.jspecify.annotations.NullMarked;
