/**
 * Control planes and workers as a user starts them, on this machine or on hosts of a test network. Called from test threads; may depend on
 * {@code process} and {@code origin}.
 */
@NullMarked
package io.millrace.cluster.plane;

import org.jspecify.annotations.NullMarked;
