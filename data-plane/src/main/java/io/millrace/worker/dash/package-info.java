/** DASH as a service: which requests it takes and what its manifests mean; the rest is {@code http.delivery}. */
@NullMarked
package io.millrace.worker.dash;

import org.jspecify.annotations.NullMarked;
