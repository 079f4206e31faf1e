/**
 * What RFC 9110 says of headers, for every service: which are of one hop, conditions, ranges. Pure functions, any thread; all of
 * {@code http} may use them.
 */
@NullMarked
package io.millrace.worker.http.semantics;

import org.jspecify.annotations.NullMarked;
