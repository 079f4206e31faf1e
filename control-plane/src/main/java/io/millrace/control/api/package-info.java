/**
 * The management REST API under {@code /api/v1}: its document, its problems, its parameters; the resources are in the packages below.
 * Runs on Quarkus's worker threads; those packages, {@code internalapi} and intake depend on it.
 */
@NullMarked
package io.millrace.control.api;

import org.jspecify.annotations.NullMarked;
