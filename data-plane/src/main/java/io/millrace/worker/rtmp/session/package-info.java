/**
 * The order of RTMP's commands: what a client and we say to each other until it has named a stream, and what we say to an origin
 * until it takes over. Plain state machines that read and write buffers: no channel, no clock; one event loop each. Uses
 * {@code codec} only.
 */
@NullMarked
package io.millrace.worker.rtmp.session;

import org.jspecify.annotations.NullMarked;
