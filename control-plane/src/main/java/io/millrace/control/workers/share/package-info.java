/**
 * What control planes tell each other of workers, through the store. Any thread; imports state, workers depends on it.
 */
@NullMarked
package io.millrace.control.workers.share;

import org.jspecify.annotations.NullMarked;
