/**
 * References and query strings as text: resolved, taken apart and put together without touching what nobody asked to change. Pure
 * values without channel, clock or logger, safe on any thread; every protocol that speaks HTTP may use them.
 */
@NullMarked
package io.millrace.worker.http.uri;

import org.jspecify.annotations.NullMarked;
