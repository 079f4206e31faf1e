/**
 * What happened, as a listing and as a live feed. Runs on Quarkus's worker threads; nothing depends on this package.
 */
@NullMarked
package io.millrace.control.api.events;

import org.jspecify.annotations.NullMarked;
