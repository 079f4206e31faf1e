/** HTTP with origins: one request and its answer, streamed, over connections that are kept for the next. */
@NullMarked
package io.millrace.worker.http.origin;

import org.jspecify.annotations.NullMarked;
