/**
 * Playlists and the pieces they name, from origins to viewers: finds the origin, asks through the cache, gives every viewer a playlist
 * of its own and counts it. What differs between HLS and DASH comes in as a {@link io.millrace.worker.http.delivery.Format}. An
 * exchange is served on its own event loop.
 */
@NullMarked
package io.millrace.worker.http.delivery;

import org.jspecify.annotations.NullMarked;
