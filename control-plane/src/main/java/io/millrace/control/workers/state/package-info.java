/**
 * The state of one worker that reports here. Guarded by the worker's monitor; share and workers depend on it.
 */
@NullMarked
package io.millrace.control.workers.state;

import org.jspecify.annotations.NullMarked;
