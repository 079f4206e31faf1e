/**
 * What is known of one origin: what it registered, why its state is what it is, its failures. Values, for any thread; registry's other
 * packages and api depend on it.
 */
@NullMarked
package io.millrace.control.registry.origin;

import org.jspecify.annotations.NullMarked;
