/**
 * Which message may follow which, what a client gets to see of an origin's answer, and what the worker answers itself. Lives on the session's
 * event loop; the relay depends on it.
 */
@NullMarked
package io.millrace.worker.rtsp.session;

import org.jspecify.annotations.NullMarked;
