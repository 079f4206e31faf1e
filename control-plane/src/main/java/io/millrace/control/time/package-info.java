/**
 * The two clocks of the process, and what is done again and again. Any thread; every package may depend on it, it depends on
 * none.
 */
@NullMarked
package io.millrace.control.time;

import org.jspecify.annotations.NullMarked;
