/**
 * The worker: takes clients, finds their origin, forwards media. This package wires the others together at start and may use
 * all of them; none may use it.
 */
@NullMarked
package io.millrace.worker;

import org.jspecify.annotations.NullMarked;
