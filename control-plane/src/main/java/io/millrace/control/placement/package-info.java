/**
 * Which origin should take a stream: pure functions over candidates, request and rule. No clock, no store, no thread.
 */
@NullMarked
package io.millrace.control.placement;

import org.jspecify.annotations.NullMarked;
