/**
 * References and query strings as text: resolved, taken apart and put together without touching the rest. Pure
 * values without channel, clock or logger, safe on any thread; every protocol over HTTP may use them.
 */
@NullMarked
package io.millrace.worker.http.uri;

import org.jspecify.annotations.NullMarked;
