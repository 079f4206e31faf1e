/**
 * The text of DASH manifests (ISO/IEC 23009-1): which URIs and templates stand where, which base URLs hold for them and what a cache must
 * know. Immutable values without channel, clock or logger, safe on any thread.
 */
@NullMarked
package io.millrace.worker.dash.codec;

import org.jspecify.annotations.NullMarked;
