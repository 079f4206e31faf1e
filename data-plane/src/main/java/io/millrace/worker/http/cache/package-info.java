/**
 * What origins answered, kept for the next who asks, and one request to the origin for all who ask at once. A fetch lives on one event
 * loop; readers live on theirs and follow what has come at their own pace. Knows objects and bytes, no playlists.
 */
@NullMarked
package io.millrace.worker.http.cache;

import org.jspecify.annotations.NullMarked;
