/**
 * Streams as operators see and move them. Runs on Quarkus's worker threads; nothing depends on this package.
 */
@NullMarked
package io.millrace.control.api.streams;

import org.jspecify.annotations.NullMarked;
