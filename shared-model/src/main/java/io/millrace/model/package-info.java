/**
 * What both planes exchange and compute alike: names of streams, origins and bindings; below it {@code placement}, the routing
 * {@code table}, and in {@code wire} the messages of the internal API.
 *
 * <p>Immutable records without a thread of their own. Every package may depend on this one; it depends on no plane, no
 * framework and no network library (its only annotations are those that name the JSON form).
 */
@NullMarked
package io.millrace.model;

import org.jspecify.annotations.NullMarked;
