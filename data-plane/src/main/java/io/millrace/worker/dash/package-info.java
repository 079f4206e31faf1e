/** What is DASH's own: which requests are for its manifests, and what these mean; the rest is {@code http.delivery}. Any thread. */
@NullMarked
package io.millrace.worker.dash;

import org.jspecify.annotations.NullMarked;
