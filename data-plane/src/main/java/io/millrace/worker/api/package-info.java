/**
 * The port where SRS's own HTTP API is answered for the whole cluster. The answers are the control plane's; a worker passes
 * questions on. On event loops.
 */
@NullMarked
package io.millrace.worker.api;

import org.jspecify.annotations.NullMarked;
