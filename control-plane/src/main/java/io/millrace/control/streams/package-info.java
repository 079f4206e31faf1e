/**
 * Which stream lives on which origin: bindings, what workers report about them, and the decisions behind them. Any thread.
 */
@NullMarked
package io.millrace.control.streams;

import org.jspecify.annotations.NullMarked;
