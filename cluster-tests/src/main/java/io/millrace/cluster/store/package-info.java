/**
 * Stores that control planes share. Called from test threads; may depend on {@code process} and
 * {@code plane}.
 */
@NullMarked
package io.millrace.cluster.store;

import org.jspecify.annotations.NullMarked;
