/**
 * The messages of the internal API between workers and control plane ({@code /internal/v1}), as JSON. A field that an older
 * peer does not send is read as its empty value; unknown fields are ignored, so that both planes can be upgraded one by one.
 */
@NullMarked
package io.millrace.model.wire;

import org.jspecify.annotations.NullMarked;
