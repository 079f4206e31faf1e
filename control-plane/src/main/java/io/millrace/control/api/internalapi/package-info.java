/**
 * What workers call: {@code /internal/v1}, guarded by the cluster token and not part of the public API document. Calls that may
 * wait for a store run on Quarkus's worker threads; {@code resolve} and the long poll run on the event loop and do not block.
 */
@NullMarked
package io.millrace.control.api.internalapi;

import org.jspecify.annotations.NullMarked;
