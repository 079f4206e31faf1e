/**
 * How much of what others send may be held at once: budgets of bytes, and bodies of answers that are read against one. Any thread.
 * Imports no other package of the control plane.
 */
@NullMarked
package io.millrace.control.limits;

import org.jspecify.annotations.NullMarked;
