/**
 * Workers, their sessions, the table they follow, and control planes. Runs on Quarkus's worker threads; nothing depends on this package.
 */
@NullMarked
package io.millrace.control.api.workers;

import org.jspecify.annotations.NullMarked;
