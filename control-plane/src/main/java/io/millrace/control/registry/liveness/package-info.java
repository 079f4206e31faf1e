/**
 * What signs and silence mean for an origin's state. Pure functions of time and signs; registry depends on it.
 */
@NullMarked
package io.millrace.control.registry.liveness;

import org.jspecify.annotations.NullMarked;
