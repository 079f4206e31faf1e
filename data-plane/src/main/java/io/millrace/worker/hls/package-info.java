/** What is HLS's own: which requests are for its playlists, and what these mean; the rest is {@code http.delivery}. Any thread. */
@NullMarked
package io.millrace.worker.hls;

import org.jspecify.annotations.NullMarked;
