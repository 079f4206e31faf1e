/**
 * Builds the worker's components, hands each its settings, opens the listeners at start and stops all at the end. Uses every other
 * package; none may use it. Runs on the thread that starts or stops the process.
 */
@NullMarked
package io.millrace.worker.wiring;

import org.jspecify.annotations.NullMarked;
