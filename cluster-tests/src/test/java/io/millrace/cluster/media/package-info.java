/**
 * Each protocol from a real publisher through a worker to a real player.
 */
@NullMarked
package io.millrace.cluster.media;

import org.jspecify.annotations.NullMarked;
