/**
 * Asks origins over SRS's own HTTP API. Blocking, on the virtual thread of the caller; used by the other packages below
 * {@code srs} only.
 */
@NullMarked
package io.millrace.control.srs.origin;

import org.jspecify.annotations.NullMarked;
