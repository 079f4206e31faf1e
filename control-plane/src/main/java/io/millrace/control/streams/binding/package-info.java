/**
 * The bindings in the store, and the decisions behind them. Any thread; compare-and-set decides who was first. resolve, origins and
 * admin depend on it.
 */
@NullMarked
package io.millrace.control.streams.binding;

import org.jspecify.annotations.NullMarked;
