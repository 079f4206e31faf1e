/** HLS as a service: which requests it takes and what its playlists mean; the rest is {@code http.delivery}. */
@NullMarked
package io.millrace.worker.hls;

import org.jspecify.annotations.NullMarked;
