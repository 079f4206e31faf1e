/**
 * How a process of either plane starts and ends.
 *
 * <p>Called once while the process starts. Only the entry points of the planes use it.
 */
@NullMarked
package io.millrace.model.process;

import org.jspecify.annotations.NullMarked;
