/**
 * The management REST resources under {@code /api/v1} and the problems they answer with. Runs on Quarkus's worker threads;
 * nothing depends on this package.
 */
@NullMarked
package io.millrace.control.api;

import org.jspecify.annotations.NullMarked;
