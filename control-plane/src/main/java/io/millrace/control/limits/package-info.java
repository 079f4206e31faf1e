/**
 * How much of what others send may be held at once: budgets of bytes, bodies of answers that are read against one, and a JSON parser that
 * gives up on texts that would take many times their length. Any thread. Imports no other package of the control plane.
 */
@NullMarked
package io.millrace.control.limits;

import org.jspecify.annotations.NullMarked;
