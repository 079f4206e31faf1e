/**
 * One run of the process: its name, the order in which its parts start, why it cannot start, and the first moments in which state is
 * rebuilt. Any thread; every package may depend on it.
 */
@NullMarked
package io.millrace.control.start;

import org.jspecify.annotations.NullMarked;
